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

    private static readonly string[] s_resourceUpdates = [.. s_updates, "AdamWithAmsgrad", "KerasMomentum"];

    private static readonly HashSet<string> s_scalars = new(StringComparer.Ordinal)
    {
        "alpha", "beta", "beta1", "beta1_power", "beta2", "beta2_power", "decay", "epsilon", "global_step", "l1", "l2", "l2_shrinkage", "logbase",
        "lr", "lr_power", "momentum", "rho", "sign_decay",
    };

    public static void Define(OpTable ops)
    {
        foreach (string update in s_updates)
        {
            ops.DefineStop("Apply" + update, UpdateShape);
        }

        foreach (string update in s_resourceUpdates)
        {
            ops.DefineStop("ResourceApply" + update, UpdateShape);
        }

        foreach (string update in s_sparseUpdates)
        {
            ops.DefineStop("SparseApply" + update, UpdateShape);
            ops.DefineStop("ResourceSparseApply" + update, UpdateShape);
        }

        ops.DefineStop("ResourceSparseApplyKerasMomentum", UpdateShape);
    }

    // The variable, its slots and the gradient have one shape; of a sparse gradient the rows do. Of what is behind handles TensorFlow compares
    // nothing before the run, but for plain gradient descent.
    private static void UpdateShape(ShapeContext c)
    {
        bool behindHandles = c.Operation.Type.StartsWith("Resource", StringComparison.Ordinal) && c.Operation.Type != "ResourceApplyGradientDescent";
        var arguments = c.Operation.Schema.Definition.InputArg;
        Shape shape = Shape.Unknown;
        int gradient = -1, indices = -1;
        for (int i = 0; i < arguments.Count; i++)
        {
            string name = arguments[i].Name;
            if (s_scalars.Contains(name) && c.Operation.Type != "ResourceSparseApplyFtrlV2")
            {
                c.Input(i, 0);
            }
            else if (behindHandles || s_scalars.Contains(name))
            {
                continue;
            }
            else if (name is "grad" or "delta")
            {
                gradient = i;
            }
            else if (name == "indices")
            {
                indices = i;
            }
            else
            {
                GraphTensor state = c.Operation.Inputs[i];
                shape = c.Merge(shape, state.DType == DType.Resource ? ResourceVariableOps.VariableShape(state) : state.Shape);
            }
        }

        if (behindHandles)
        {
            return;
        }

        shape = indices < 0 ? c.Merge(shape, c.Input(gradient)) : WithRows(c, shape, gradient, indices);
        if (c.OutputCount > 0)
        {
            c.Output(0, shape);
        }
    }

    private static Shape WithRows(ShapeContext c, Shape shape, int gradient, int indices)
    {
        Shape rows = c.InputAtLeast(gradient, 1);
        long count = c.Input(indices, 1)[0];
        if (!rows.HasRank)
        {
            return shape;
        }

        c.MergeSize(count, rows[0]);
        return c.Merge(shape, rows.With(0, -1));
    }
}
