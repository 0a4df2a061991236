namespace ModelSessions;

/// <summary>The keys of collections that TensorFlow knows (<c>tf.GraphKeys</c>) and this library uses.</summary>
public static class CollectionKeys
{
    /// <summary>All variables that are shared and saved (VariableDef).</summary>
    public const string Variables = "variables";

    /// <summary>Variables of one process that are not saved (VariableDef).</summary>
    public const string LocalVariables = "local_variables";

    /// <summary>Variables that optimizers train (VariableDef).</summary>
    public const string TrainableVariables = "trainable_variables";

    /// <summary>Train ops (names).</summary>
    public const string TrainOp = "train_op";

    /// <summary>The step counter (VariableDef).</summary>
    public const string GlobalStep = "global_step";

    /// <summary>What fills the queues of a graph (QueueRunnerDef).</summary>
    public const string QueueRunners = "queue_runners";

    /// <summary>Summaries (names).</summary>
    public const string Summaries = "summaries";

    /// <summary>The operation that merges all summaries (name).</summary>
    public const string SummaryOp = "summary_op";

    /// <summary>Losses (names).</summary>
    public const string Losses = "losses";

    /// <summary>Penalties of variables' sizes, to be added to the losses (names).</summary>
    public const string RegularizationLosses = "regularization_losses";

    /// <summary>Updates that belong to a training step beside the optimizer's (names): moving averages of batch normalisation.</summary>
    public const string UpdateOps = "update_ops";

    /// <summary>Variables that have a moving average (VariableDef).</summary>
    public const string MovingAverageVariables = "moving_average_variables";

    /// <summary>The branches that are in no other branch or loop (CondContextDef).</summary>
    public const string CondContexts = "cond_context";

    /// <summary>The loops that are in no other branch or loop (WhileContextDef).</summary>
    public const string WhileContexts = "while_context";

    /// <summary>Variables in which metrics over many batches add up (VariableDef).</summary>
    public const string MetricVariables = "metric_variables";
}
