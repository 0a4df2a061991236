namespace ModelSessions.Tests.Builder;

/// <summary>Plain ops, as in generate.py.</summary>
internal static class PlainCases
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["plain/math"] = Math,
        ["plain/array"] = Array,
        ["plain/sparse"] = g => g.SparsePlaceholder(DType.Float32, name: "s"),
        ["plain/control"] = Control,
        ["plain/uninitialized"] = g =>
        {
            g.GetVariable("v", [], Initializers.Zeros);
            g.GetVariable("r", [2], Initializers.Zeros, resource: true);
            g.ReportUninitializedVariables();
        },
        ["plain/strings_and_images"] = StringsAndImages,
    };

    private static GraphTensor X(GraphBuilder g, string name, params long[] shape) => LayerCases.X(g, name, shape);

    private static void Math(GraphBuilder g)
    {
        GraphTensor a = X(g, "x", -1, 4), b = X(g, "y", -1, 4);
        g.ReduceMin(a);
        g.ReduceProd(a, 1);
        g.ReduceProd(a, (long[])[0, 1], keepDims: true);
        g.ReduceAll(g.Placeholder(DType.Bool, [3], "flags"), 0);
        g.Minimum(a, b);
        g.Minimum(a, 0.5);
        g.Minus(a, b);
        g.Modulo(a, b);
        g.Modulo(a, 2.0);
        g.Conjugate(g.Placeholder(DType.Complex64, [2], "c"));
        Assert.Same(a, g.Conjugate(a));
        g.Where(a.Greater(b), a, b);
    }

    private static void Array(GraphBuilder g)
    {
        GraphTensor a = X(g, "x", -1, 4), known = X(g, "known", 2, 3);
        g.RankOf(a);
        g.RankOf(known);
        g.RankOf(g.Placeholder(DType.Float32, Shape.Unknown, "any"));
        g.OnesLike(a);
        g.OnesLike(known);
        g.OnesLike(a, DType.Int32);
        g.Tile(a, (long[])[2, 1]);
        g.Pad(a, g.Constant(Tensor.From<int>([0, 0, 1, 2], [2, 2]), "Pad/paddings"));
        g.Identity(g.Range(a, 1, 3), "rows");
    }

    private static void Control(GraphBuilder g)
    {
        GraphTensor a = X(g, "x");
        GraphVariable v = g.GetVariable("v", [], Initializers.Zeros);
        using (g.ControlDependencies(a.Operation))
        {
            g.Identity(a, "after");
            using (g.NoControlDependencies())
            {
                g.Identity(a, "free");
            }

            g.Identity(a, "after_again");
        }

        using (g.ColocateWith(a.Operation))
        {
            g.Identity(v, "beside");
        }

        g.IsInitialized(v);
    }

    private static void StringsAndImages(GraphBuilder g)
    {
        GraphTensor words = g.Placeholder(DType.String, [-1], "words");
        g.Strings.ToNumber(words);
        g.Strings.ToNumber(words, DType.Int64, "whole");
        GraphTensor image = X(g, "image", 4, 4, 3);
        g.Images.AdjustBrightness(image, 0.1);
        g.Images.AdjustContrast(image, 2.0);
    }
}
