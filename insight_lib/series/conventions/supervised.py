"""Names of frameworks for supervised training: Keras, Lightning, fastai, timm, detection, TF1."""

from insight_lib.series.conventions.line import Line, written_by
from insight_lib.series.role import Cadence, Phase, Role, Unit

_KERAS = written_by(
    "Keras",
    Line("epoch_loss", Role.TOTAL_LOSS, cadence=Cadence.EPOCH),
    Line("batch_loss", Role.TOTAL_LOSS, cadence=Cadence.STEP),
    Line("evaluation_loss_vs_iterations", Role.TOTAL_LOSS, Phase.VALIDATION, cadence=Cadence.EPOCH),
    Line("epoch_accuracy", Role.ACCURACY, cadence=Cadence.EPOCH),
    Line("batch_accuracy", Role.ACCURACY, cadence=Cadence.STEP),
    Line(
        "evaluation_accuracy_vs_iterations",
        Role.ACCURACY,
        Phase.VALIDATION,
        cadence=Cadence.EPOCH,
    ),
    Line("epoch_learning_rate", Role.LEARNING_RATE, cadence=Cadence.EPOCH),
    Line("epoch_lr", Role.LEARNING_RATE, cadence=Cadence.EPOCH),
    Line("epoch_steps_per_second", Role.THROUGHPUT, cadence=Cadence.EPOCH),
    Line("batch_steps_per_second", Role.THROUGHPUT, cadence=Cadence.STEP),
)
_LIGHTNING = written_by(
    "Lightning",
    Line("hp_metric", Role.OTHER),
    Line("epoch", Role.OTHER),
    Line("lr-*momentum", Role.OTHER),
    Line("lr-*weight_decay", Role.OTHER),
    Line("lr-*", Role.LEARNING_RATE),
    Line("train_loss_step", Role.TOTAL_LOSS, Phase.TRAIN, cadence=Cadence.STEP),
    Line("train_loss_epoch", Role.TOTAL_LOSS, Phase.TRAIN, cadence=Cadence.EPOCH),
    Line("grad_*_norm_total", Role.GRADIENT_NORM),
    Line("grad_*_norm/*", Role.OTHER),
    Line("DeviceStatsMonitor.*", Role.OTHER),
)
_FASTAI = written_by(
    "fastai",
    Line("raw_loss", Role.TOTAL_LOSS, Phase.TRAIN, cadence=Cadence.STEP),
    Line("smooth_loss", Role.TOTAL_LOSS, Phase.TRAIN),
    Line("valid_loss", Role.TOTAL_LOSS, Phase.VALIDATION, cadence=Cadence.EPOCH),
    Line("lr_[0-9]", Role.LEARNING_RATE),
    Line("eps_[0-9]", Role.OTHER),
    Line("mom_[0-9]", Role.OTHER),
    Line("wd_[0-9]", Role.OTHER),
)
_TIMM = written_by(
    "timm",
    Line("eval_top1", Role.ACCURACY, Phase.VALIDATION, cadence=Cadence.EPOCH),
    Line("eval_top5", Role.ACCURACY, Phase.VALIDATION, cadence=Cadence.EPOCH, sure=0.9),
    Line("eval_loss", Role.TOTAL_LOSS, Phase.VALIDATION),
)
_ULTRALYTICS = written_by(
    "Ultralytics",
    *(
        Line(f"{stem}/{part}_loss", Role.PARTIAL_LOSS, phase, cadence=Cadence.EPOCH)
        for stem, phase in (("train", Phase.TRAIN), ("val", Phase.VALIDATION))
        for part in ("box", "obj", "cls", "dfl", "seg", "pose", "kobj")
    ),
    Line("metrics/mAP*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION, cadence=Cadence.EPOCH),
    Line("metrics/precision*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION, cadence=Cadence.EPOCH),
    Line("metrics/recall*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION, cadence=Cadence.EPOCH),
    Line("metrics/accuracy_top[15]", Role.ACCURACY, Phase.VALIDATION, cadence=Cadence.EPOCH),
    Line("metrics/fitness", Role.SCORE, Phase.VALIDATION, cadence=Cadence.EPOCH),
    Line("x/lr[0-9]", Role.LEARNING_RATE, cadence=Cadence.EPOCH),
    Line("lr/pg[0-9]", Role.LEARNING_RATE, cadence=Cadence.EPOCH),
)
_DETECTRON2 = written_by(
    "detectron2",
    Line("loss_cls", Role.PARTIAL_LOSS),
    Line("loss_box_reg", Role.PARTIAL_LOSS),
    Line("loss_rpn_*", Role.PARTIAL_LOSS),
    Line("loss_mask", Role.PARTIAL_LOSS),
    Line("validation_loss", Role.TOTAL_LOSS, Phase.VALIDATION),
    Line("time", Role.STEP_TIME, sure=0.7),
    Line("data_time", Role.OTHER, unit=Unit.SECONDS),
    Line("rank_data_time", Role.OTHER, unit=Unit.SECONDS),
    Line("eta_seconds", Role.OTHER, unit=Unit.SECONDS),
    Line("fast_rcnn/cls_accuracy", Role.ACCURACY),
    Line("fast_rcnn/f*", Role.OTHER),
    Line("roi_head/*", Role.OTHER),
    Line("rpn/num_*", Role.OTHER),
    Line("bbox/AP*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION),
    Line("segm/AP*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION),
)
_MMENGINE = written_by(
    "mmengine",
    Line("*decode.loss_*", Role.PARTIAL_LOSS),
    Line("*aux.loss_*", Role.PARTIAL_LOSS),
    Line("*decode.acc_seg", Role.ACCURACY),
    Line("*aux.acc_seg", Role.ACCURACY, sure=0.8),
    Line("loss_bbox", Role.PARTIAL_LOSS),
    Line("accuracy/top[15]", Role.ACCURACY, Phase.VALIDATION),
    Line("coco/*_mAP*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION),
    Line("[am]Acc", Role.ACCURACY, Phase.VALIDATION),
    Line("base_lr", Role.LEARNING_RATE),
    Line("memory", Role.OTHER),
)
_ESTIMATOR = written_by(
    "TF1 Estimator",
    Line("average_loss", Role.TOTAL_LOSS),
    Line("accuracy_baseline", Role.OTHER),
    Line("auc_precision_recall", Role.AUC),
    Line("global_step/sec", Role.THROUGHPUT),
    Line("enqueue_input/*", Role.OTHER),
    Line("*/fraction_of_zero_values", Role.OTHER),
    Line("label/mean", Role.OTHER),
    Line("prediction/mean", Role.OTHER),
    Line("DetectionBoxes_Precision/mAP*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION),
    Line("DetectionBoxes_Recall/AR*", Role.SCORE, Phase.VALIDATION, Unit.FRACTION),
)
_JAX = written_by(
    "JAX/clu",
    Line("uptime", Role.OTHER, unit=Unit.SECONDS),
    Line("steps_per_sec", Role.THROUGHPUT),
    Line("z_loss", Role.PARTIAL_LOSS),
    Line("loss_per_nonpadding_target_token", Role.TOTAL_LOSS),
)
SUPERVISED = (
    _KERAS
    + _LIGHTNING
    + _FASTAI
    + _TIMM
    + _ULTRALYTICS
    + _DETECTRON2
    + _MMENGINE
    + _ESTIMATOR
    + _JAX
)
