namespace ModelSessions.Tests.Builder;

/// <summary>Variable scopes and initialisers, as in generate.py.</summary>
internal static class ScopeCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["scopes/nested"] = Nested,
        ["scopes/default_names"] = DefaultNames,
        ["scopes/partitioned"] = Partitioned,
        ["scopes/initializers"] = Initialisers,
    };

    private static void Nested(GraphBuilder g)
    {
        VariableScope a;
        using (a = g.VariableScope("a"))
        {
            g.GetVariable("w", [2]);
            using (g.VariableScope("b", initializer: Initializers.Ones))
            {
                g.GetVariable("w", [2]);
                g.GetVariable("n", [2], Initializers.Zeros, DType.Int32, trainable: false);
            }
        }

        using (g.VariableScope("a", VariableReuse.Always))
        {
            g.Identity(g.GetVariable("w", [2]), "again");
            using (g.VariableScope("b"))
            {
                g.Identity(g.GetVariable("w"), "again");
            }
        }

        using (g.VariableScope("c"))
        using (g.VariableScope(a, VariableReuse.Always))
        {
            g.Identity(g.GetVariable("w", [2]), "again");
        }

        using (g.VariableScope("a", VariableReuse.Auto))
        {
            g.Identity(g.GetVariable("v", [2]), "v_read");
        }
    }

    private static void DefaultNames(GraphBuilder g)
    {
        for (int i = 0; i < 2; i++)
        {
            using (g.UniqueVariableScope("layer"))
            {
                g.GetVariable("w", [1]);
                for (int k = 0; k < 2; k++)
                {
                    using (g.UniqueVariableScope("inner"))
                    {
                        g.GetVariable("w", [1]);
                    }
                }
            }
        }

        using (g.VariableScope("layer_3"))
        {
            g.GetVariable("w", [1]);
        }
    }

    private static void Partitioned(GraphBuilder g)
    {
        PartitionedVariable t = g.GetPartitionedVariable("table", [5, 3], Partitioners.FixedSize(2), Initializers.GlorotUniform(3));
        g.Identity(t.AsTensor(), "whole");
        using (g.VariableScope("s", partitioner: Partitioners.FixedSize(9, axis: 1)))
        {
            PartitionedVariable u = g.GetPartitionedVariable("u", [2, 3], resource: true, trainable: false);
            g.MatMul(u.AsTensor(), t.AsTensor(), transposeB: true);
        }
    }

    private static void Initialisers(GraphBuilder g)
    {
        g.UseResourceVariables = true;
        g.GetVariable("glorot_uniform", [3, 4]);
        g.GetVariable("glorot_normal", [3, 4], Initializers.GlorotNormal(1));
        g.GetVariable("he_normal", [2, 2, 3, 4], Initializers.HeNormal(2));
        g.GetVariable("he_uniform", [3, 4], Initializers.HeUniform(3));
        g.GetVariable("lecun_normal", [3], Initializers.LecunNormal(4));
        g.GetVariable("lecun_uniform", [3, 4], Initializers.LecunUniform(5), DType.Float64);
        g.GetVariable("scaled", [3, 4], Initializers.VarianceScaling(0.5, FanMode.Out, ScaledDistribution.Normal, 6));
        g.GetVariable("orthogonal", [3, 4], Initializers.Orthogonal(seed: 7));
        g.GetVariable("orthogonal2", [2, 2, 3], Initializers.Orthogonal(2, 8));
        g.GetVariable("identity", [3, 3], Initializers.Identity());
        g.GetVariable("identity2", [3, 4], Initializers.Identity(2));
        g.GetVariable("uniform", [3], Initializers.RandomUniform(-1, 1));
        g.GetVariable("normal", [3], Initializers.RandomNormal(1, 2));
        g.GetVariable("truncated", [3], Initializers.TruncatedNormal(standardDeviation: 2));
        g.GetVariable("constant", [3], Initializers.Constant(0.5));
        g.GetVariable("counts", [3], dtype: DType.Int64);
        g.GetVariable("flags", Shape.Scalar, dtype: DType.Bool);
    }
}
