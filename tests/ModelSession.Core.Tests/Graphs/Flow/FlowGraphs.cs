namespace ModelSessions.Tests.Graphs.Flow;

/// <summary>The graphs of <c>make_flow_graphs.py</c>, built by us.</summary>
internal static class FlowGraphs
{
    public static IReadOnlyDictionary<string, Action<GraphBuilder>> All { get; } = new Dictionary<string, Action<GraphBuilder>>
    {
        ["arrays"] = Arrays,
        ["array_in_loop"] = ArrayInLoop,
        ["case_three"] = CaseThree,
        ["cond_nested"] = CondNested,
        ["cond_operations"] = CondOperations,
        ["cond_values"] = CondValues,
        ["folds"] = FoldsOfAllKinds,
        ["while_in_cond"] = WhileInCond,
        ["while_nested"] = WhileNested,
        ["while_one"] = WhileOne,
        ["while_ordered"] = WhileOrdered,
        ["while_shapes"] = WhileShapes,
        ["while_two"] = WhileTwo,
    };

    private static (GraphTensor X, GraphTensor P) Inputs(GraphBuilder g) =>
        (g.Placeholder(DType.Float32, [2], "x"), g.Placeholder(DType.Bool, [], "p"));

    private static GraphTensor Vector(GraphBuilder g, string name, params float[] values) => g.Constant(Tensor.From(values), name);

    private static void CondValues(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphTensor w = Vector(g, "w", 3, 4);
        GraphTensor y = g.Cond(p, () => (x * w) + 1.0, () => x);
        (GraphTensor z, GraphTensor u) = g.Cond(p, () => (w, g.Constant(1)), () => (x - w, g.Constant(2)), "pair");
        GraphTensor product = z * u;
        g.Identity(y + product, "out");
    }

    private static void CondOperations(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphVariable v = g.Variable(Tensor.From(1f, 1f), "v");
        GraphOperation run;
        using (g.ControlDependencies(x.Operation))
        {
            run = g.Cond(p, () => g.AssignAdd(v, x), () => g.NoOp());
        }

        using (g.ControlDependencies(run))
        {
            g.Identity(v, "out");
        }
    }

    private static void CondNested(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphTensor q = g.ReduceSum(x).Less(3.0);
        GraphTensor w = g.Constant(2, name: "w");
        GraphTensor y = g.Cond(p, () => g.Cond(q, () => x * w, () => x * x), () => w + x);
        g.Identity(y, "out");
    }

    private static void CaseThree(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphTensor s = g.ReduceSum(x);
        GraphTensor y = g.Case([(p, () => x), (s.Less(0.0), () => -x)], () => x * x);
        g.Identity(y, "out");
    }

    private static void WhileTwo(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        GraphTensor w = Vector(g, "w", 0.5f, 2);
        (GraphTensor i, GraphTensor y) = g.WhileLoop(
            (i, _) => i.Less(3),
            (i, y) =>
            {
                GraphTensor next = i + 1;
                return (next, (y * w) + x);
            },
            (g.Constant(Tensor.Scalar(0)), x));
        g.Identity(y * g.Cast(i, DType.Float32), "out");
    }

    private static void WhileOne(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        LoopOptions options = new() { ParallelIterations = 3, BackProp = false, SwapMemory = true, Name = "grow", MaximumIterations = 5 };
        GraphTensor y = g.WhileLoop(y => g.ReduceSum(y).Less(100.0), y => y * 2.0, g.Abs(x) + 1.0, options);
        g.Identity(y, "out");
    }

    private static void WhileNested(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphTensor w = g.Constant(0.5, name: "w");
        (GraphTensor _, GraphTensor y) = g.WhileLoop(
            (i, _) => i.Less(3),
            (i, y) =>
            {
                object inner = g.WhileLoop(
                    (j, _, _, _, _, _, _, _) => ((GraphTensor)j!).Less(i),
                    (j, z, _, _, _, _, _, _) =>
                    {
                        GraphTensor next = (GraphTensor)j! + 1;
                        return (next, ((GraphTensor)z! * w) + y);
                    },
                    new object[] { 0, y });
                GraphTensor z = (GraphTensor)((object[])inner)[1];
                GraphTensor next = i + 1;
                return (next, g.Cond(p, () => z, () => z + g.Ones((long[])[2])));
            },
            (g.Constant(Tensor.Scalar(1)), x));
        g.Identity(y, "out");
    }

    private static void WhileInCond(GraphBuilder g)
    {
        (GraphTensor x, GraphTensor p) = Inputs(g);
        GraphTensor n = g.Constant(Tensor.Scalar(3), "n");
        GraphTensor y = g.Cond(
            p,
            () => (GraphTensor)((object[])g.WhileLoop(
                (i, _, _, _, _, _, _, _) => ((GraphTensor)i!).Less(n),
                (i, y, _, _, _, _, _, _) =>
                {
                    GraphTensor next = (GraphTensor)i! + 1;
                    GraphTensor product = x * (GraphTensor)y!;
                    return (next, (GraphTensor)y! + product);
                },
                new object[] { 0, x }))[1],
            () => x);
        g.Identity(y, "out");
    }

    private static void WhileOrdered(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        GraphVariable v = g.Variable(Tensor.From(1f, 1f), "v");
        GraphTensor i;
        using (g.ControlDependencies(g.Assign(v, x)))
        {
            (i, _) = g.WhileLoop(
                (i, _) => i.Less(2),
                (i, y) =>
                {
                    using GraphScope after = g.ControlDependencies(g.AssignAdd(v, y));
                    GraphTensor next = i + 1;
                    return (next, y + g.Constant(Tensor.From(1f, 2f)));
                },
                (g.Constant(Tensor.Scalar(0)), x));
        }

        using (g.ControlDependencies(i.Operation))
        {
            g.Identity(v, "out");
        }
    }

    private static void WhileShapes(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        (_, GraphTensor y) = g.WhileLoop(
            (i, _) => i.Less(2),
            (i, y) =>
            {
                GraphTensor next = i + 1;
                return (next, g.Concat([y, x], 0));
            },
            (g.Constant(Tensor.Scalar(0)), x),
            new() { ShapeInvariants = [[], [-1]] });
        g.Identity(y, "out");
    }

    private static void Arrays(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        GraphTensorArray a = g.TensorArray(DType.Float32, 3, clearAfterRead: false);
        a = a.Write(0, x);
        a = a.Write(1, x * 2.0);
        a = a.Write(2, x + 1.0);
        GraphTensorArray b = g.TensorArray(DType.Float32, 2, elementShape: [2]);
        b = b.Unstack(g.Stack([x, a.Read(1)]));
        GraphTensorArray c = g.TensorArray(DType.Float32, g.SizeOf(x), dynamicSize: true, inferShape: false);
        c = c.Split(g.Concat([x, x], 0), (long[])[1, 3]);
        GraphTensorArray d = g.TensorArray(DType.Float32, 2);
        d = d.Scatter((long[])[1, 0], g.Stack([x, -x]));
        GraphTensor all = a.Concat();
        GraphTensor rows = g.Reshape(b.Stack(), (long[])[-1]);
        GraphTensor split = c.Concat();
        GraphTensor second = g.Element(d.Gather((long[])[0]), 0);
        GraphTensor count = g.Cast(g.Fill((long[])[1], c.Size()), DType.Float32);
        GraphTensor y = g.Concat([all, rows, split, second, count], 0);
        a.Close();
        g.Identity(y, "out");
    }

    private static void ArrayInLoop(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        GraphTensorArray a = g.TensorArray(DType.Float32, 3);
        TensorTree left = g.WhileLoop(
            tree => tree[0].Tensor.Less(3),
            tree =>
            {
                GraphTensor next = tree[0].Tensor + 1;
                GraphTensorArray written = tree[1].Array.Write(tree[0], tree[2]);
                return [next, written, tree[2].Tensor * x];
            },
            [g.Constant(Tensor.Scalar(0)), a, x]);
        g.Identity(left[1].Array.Stack(), "out");
    }

    private static void FoldsOfAllKinds(GraphBuilder g)
    {
        (GraphTensor x, _) = Inputs(g);
        GraphTensor rows = g.Stack([x, x * 2.0, x + 3.0]);
        GraphTensor input = g.Constant(Tensor.From(1f, 2f, 3f));
        GraphTensor unknown = g.Add("PlaceholderWithDefault", "unknown", new() { ["shape"] = new Shape([-1]) }, input);
        GraphTensor m = g.MapFn(
            r =>
            {
                GraphTensor square = r * r;
                return square + x;
            },
            rows);
        GraphTensor k = g.MapFn(r => g.Cast(r * 2.0, DType.Int32), unknown, DType.Int32);
        GraphTensor s = g.Scan((a, r) => (a * 0.5) + r, rows);
        GraphTensor t = g.Scan((a, r) => (a * 0.5) + r, rows, g.Zeros((long[])[2]), reverse: true);
        GraphTensor difference = g.Scan((a, r) => a - r, unknown, g.Constant(0));
        GraphTensor left = g.Foldl((a, r) => a - r, rows);
        GraphTensor right = g.Foldr((a, r) => a - (r * x), rows, x);
        GraphTensor last = g.Foldr((a, r) => a - r, unknown);
        GraphTensor[] flat = [m, g.Cast(k, DType.Float32), s, t, difference, left, right, last];
        g.Concat([.. flat.Select(e => (Operand)g.Reshape(e, (long[])[-1]))], 0, "out");
    }
}
