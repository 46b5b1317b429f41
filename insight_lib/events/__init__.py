"""Event files: TFRecord framing -> Event messages -> values -> Arrow columns.

The data's way through the modules: ``find`` lists the files and ``discover`` (with ``heads``)
places them in runs; ``framing`` (with ``crc32c``) cuts a buffer into records; ``event`` reads each
record's envelope and ``values`` the summary values in it, both through ``wire``; ``intern`` and
``plugins`` say what each value's tag is and was declared as; ``routing`` decides its table, by what
``tensors`` (with ``dtypes``) and ``buckets`` find in it; ``columns`` and ``artifacts`` build the
Arrow tables; ``read`` is the whole of it. ``current`` says which of several records at a step
counts. ``runs`` describes each run by its ledgers and by what ``texts``, ``hparams`` and
``topology`` (with ``keras_layers``, ``graph_layers`` and ``torch_layers``) read, through
``messages``, of its artifacts.
"""
