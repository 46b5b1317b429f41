"""Log roots and their files, on local disks and behind URIs: locations, listings, log roots."""
