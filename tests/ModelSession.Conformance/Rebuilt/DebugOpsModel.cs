namespace ModelSessions.Conformance.Rebuilt;

/// <summary>A polynomial through points in double precision, with nodes that check and print; the exact answer beside it.</summary>
internal sealed class DebugOpsModel : RebuiltModel
{
    public override string Name => "debug_ops_float64";

    public override void Build(GraphBuilder g, string folder)
    {
        GraphTensor t = g.Placeholder(DType.Float64, [-1], "t"), y = g.Placeholder(DType.Float64, [-1], "y");
        Operand[] each = [.. Enumerable.Range(0, 4).Select(k => (Operand)g.Add("Pow", t, g.Constant(k, DType.Float64)))];
        GraphTensor powers = g.Stack(each, 1, "powers");
        GraphVariable w = g.GetVariable("w", [4, 1], Initializers.RandomNormal(standardDeviation: 0.1, seed: 331), DType.Float64);
        GraphTensor largest = g.ReduceMax(g.Abs(t));
        GraphTensor inRange = g.Add("Less", largest, g.Constant(3.5, DType.Float64));
        GraphOperation positive = g.AddOperation("Assert", null, null, inRange, Tensor.Scalar("t out of range"), largest);
        GraphTensor prediction;
        using (g.ControlDependencies(positive))
        {
            prediction = g.Squeeze(g.MatMul(powers, w), [1], "prediction");
        }

        GraphTensor error = g.CheckNumerics(prediction - y, "error is not finite");
        GraphTensor mean = g.ReduceMean(g.Square(error));
        GraphTensor sum = mean + (1e-4 * g.ReduceSum(g.Square(w)));
        NodeAttributes printed = new() { ["message"] = "loss ", ["first_n"] = 0 };
        GraphTensor loss = g.Identity(g.Add("Print", null, printed, sum, sum), "loss");
        GraphTensor gap = Gap(g, powers, y, w);
        GraphVariable step = g.GlobalStep();
        using (g.ControlDependencies(loss.Operation, gap.Operation))
        {
            new MomentumOptimizer(g.Constant(0.2, DType.Float64), 0.9).Minimize(loss, step);
        }

        g.AddCheckNumerics();
        g.InitializeVariables();
    }

    // How far the weights are from those of the normal equations.
    private static GraphTensor Gap(GraphBuilder g, GraphTensor powers, GraphTensor y, GraphVariable w)
    {
        GraphTensor square = g.MatMul(powers, powers, transposeA: true);
        GraphTensor gram = square + (1e-3 * Eye(g));
        GraphTensor root = g.Add("Cholesky", gram);
        GraphTensor right = g.MatMul(powers, Column(g, y), transposeA: true);
        GraphTensor exact;
        using (g.NameScope("exact"))
        {
            GraphTensor half = g.Add("MatrixTriangularSolve", null, new() { ["lower"] = true, ["adjoint"] = false }, root, right);
            exact = g.Add("MatrixTriangularSolve", null, new() { ["lower"] = true, ["adjoint"] = true }, root, half);
        }

        GraphTensor difference = w.Read() - exact;
        using GraphScope scope = g.NameScope("gap");
        return g.Squeeze(g.Sqrt(g.ReduceSum(difference * difference, keepDims: true)), []);
    }

    private static GraphTensor Eye(GraphBuilder g)
    {
        using GraphScope scope = g.NameScope("eye");
        GraphTensor ones = g.Ones((long[])[4], DType.Float64);
        using GraphScope diagonal = g.NameScope("diag");
        GraphTensor offset = g.Constant(Tensor.Scalar(0), "k"), rows = g.Constant(Tensor.Scalar(-1), "num_rows"), columns = g.Constant(Tensor.Scalar(-1), "num_cols");
        return g.Add("MatrixDiagV3", diagonal.Name, null, ones, offset, rows, columns, g.Constant(0, DType.Float64, null, "padding_value"));
    }

    // y[:, None]
    private static GraphTensor Column(GraphBuilder g, GraphTensor y)
    {
        using GraphScope scope = g.NameScope("strided_slice");
        GraphTensor begin = g.Constant(Tensor.From(0, 0), "stack"), end = g.Constant(Tensor.From(0, 0), "stack_1"), steps = g.Constant(Tensor.From(1, 1), "stack_2");
        return g.Add("StridedSlice", scope.Name, new() { ["begin_mask"] = 1L, ["end_mask"] = 1L, ["new_axis_mask"] = 2L }, y, begin, end, steps);
    }
}
