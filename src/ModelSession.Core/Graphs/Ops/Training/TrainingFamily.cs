namespace ModelSessions.Graphs.Ops;

/// <summary>Ops that TensorFlow registers in training_ops.cc: the updates of reference variables give the variable on.</summary>
internal static class TrainingFamily
{
    private static readonly string[] s_updates =
    [
        "AdaMax", "Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "Adam", "AddSign", "CenteredRMSProp", "Ftrl", "FtrlV2", "GradientDescent",
        "Momentum", "PowerSign", "ProximalAdagrad", "ProximalGradientDescent", "RMSProp",
    ];

    private static readonly string[] s_sparseUpdates =
    [
        "Adadelta", "Adagrad", "AdagradDA", "AdagradV2", "CenteredRMSProp", "Ftrl", "FtrlV2", "Momentum", "ProximalAdagrad",
        "ProximalGradientDescent", "RMSProp",
    ];

    public static void Define(OpTable ops)
    {
        foreach (string update in s_updates)
        {
            ops.DefineStop("Apply" + update, Shapes.SameAsInput);
        }

        foreach (string update in s_sparseUpdates)
        {
            ops.DefineStop("SparseApply" + update, Shapes.SameAsInput);
        }
    }
}
