namespace ModelSessions.Graphs.Ops;

/// <summary>Diagonals of tensors and of batches of matrices.</summary>
internal static class DiagonalOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchMatrixBandPart", Shapes.SameAsInput);
        ops.Define("BatchMatrixDiag", MatrixDiagShape);
        ops.Define("BatchMatrixDiagPart", MatrixDiagPartShape);
        ops.Define("BatchMatrixSetDiag", SetDiagShape);
        ops.Define("Diag", c => c.Output(0, Shapes.Concat(c.Input(0), c.Input(0))), (g, op, dy) => [g.Add("DiagPart", dy[0])]);
        ops.Define("DiagPart", DiagPartShape, (g, op, dy) => [g.Add("Diag", dy[0])]);
        ops.Define("MatrixBandPart", Shapes.SameAsInput, (g, op, dy) => [g.Add("MatrixBandPart", dy[0], op.Inputs[1], op.Inputs[2]), null, null]);
        ops.Define("MatrixDiag", MatrixDiagShape, (g, op, dy) => [Part(g, dy[0], 0, "RIGHT_LEFT")]);
        ops.Define("MatrixDiagPart", MatrixDiagPartShape, MainDiagonalGradient);
        ops.Define("MatrixDiagPartV2", BandPartShape, DiagonalGradient);
        ops.Define("MatrixDiagPartV3", BandPartShape, DiagonalGradient);
        ops.Define("MatrixDiagV2", BandShape, (g, op, dy) => [Part(g, dy[0], op.Inputs[1], "RIGHT_LEFT"), null, null, null, null]);
        ops.Define("MatrixDiagV3", BandShape, (g, op, dy) => [Part(g, dy[0], op.Inputs[1], op.String("align")), null, null, null, null]);
        ops.Define("MatrixSetDiag", SetDiagShape, SetMainDiagonalGradient);
        ops.Define("MatrixSetDiagV2", SetBandShape, SetDiagonalsGradient);
        ops.Define("MatrixSetDiagV3", SetBandShape, SetDiagonalsGradient);
    }

    private static void DiagPartShape(ShapeContext c)
    {
        Shape input = c.Input(0);
        if (input.HasRank)
        {
            Shape first = Shapes.Sub(input, 0, input.Rank / 2);
            c.Output(0, c.Merge(first, Shapes.Sub(input, input.Rank / 2, input.Rank)));
        }
    }

    private static void MatrixDiagShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 1);
        c.Output(0, input.HasRank ? new Shape([.. input.Dimensions, input[-1]]) : Shape.Unknown);
    }

    private static void MatrixDiagPartShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (input.HasRank)
        {
            long size = input[-1] < 0 || input[-2] < 0 ? -1 : Math.Min(input[-1], input[-2]);
            c.Output(0, new Shape([.. input.Dimensions[..^2], size]));
        }
    }

    private static void SetDiagShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2), diagonal = c.InputAtLeast(1, 1);
        if (!input.HasRank || !diagonal.HasRank)
        {
            c.Output(0, input);
            return;
        }

        long least = LinalgShapes.Least(input[-2], input[-1]);
        if (least >= 0)
        {
            c.MergeSize(least, diagonal[-1]);
        }

        Shape batch = c.Merge(LinalgShapes.Batch(input), Shapes.Sub(diagonal, 0, -1));
        c.Output(0, [.. batch, input[-2], input[-1]]);
    }

    private static void SetBandShape(ShapeContext c)
    {
        // Whether the diagonals fit, only the run tells.
        Shape input = c.InputAtLeast(0, 2);
        c.InputAtLeast(1, 1);
        c.Output(0, input);
        if (input.HasRank && Diagonals(c, 2) is var (low, high))
        {
            c.Input(1, low == high ? input.Rank - 1 : input.Rank);
        }
    }

    // The lowest and the highest diagonal; the main one is 0.
    private static (long Low, long High)? Diagonals(ShapeContext c, int input) => c.Value(input) switch
    {
        { IsKnown: true, Items: [var only] } => (only, only),
        { IsKnown: true, Items: [var low, var high] } when low <= high => (low, high),
        { IsKnown: true } => throw c.Error("k must be one diagonal, or the lowest and the highest."),
        _ => null,
    };

    private static void BandPartShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 2);
        if (!input.HasRank || Diagonals(c, 1) is not var (low, high))
        {
            return;
        }

        long length = input[-2] < 0 || input[-1] < 0 ? -1 : Math.Min(input[-2] + Math.Min(high, 0), input[-1] - Math.Max(low, 0));
        ReadOnlySpan<long> batch = input.Dimensions[..^2];
        c.Output(0, low == high ? new Shape([.. batch, length]) : new Shape([.. batch, high - low + 1, length]));
    }

    private static void BandShape(ShapeContext c)
    {
        Shape input = c.InputAtLeast(0, 1);
        if (!input.HasRank || Diagonals(c, 1) is not var (low, high) || !c.TryScalar(2, out long rows) || !c.TryScalar(3, out long columns))
        {
            return;
        }

        long length = input[-1];
        ReadOnlySpan<long> batch = input.Dimensions[..^(low == high ? 1 : 2)];
        long leastRows = length < 0 ? -1 : length - Math.Min(high, 0), leastColumns = length < 0 ? -1 : length + Math.Max(low, 0);
        bool tooSmall = (rows != -1 && rows < Math.Max(0, leastRows)) || (columns != -1 && columns < Math.Max(0, leastColumns));
        bool tooLarge = length >= 0 && rows > leastRows && columns > leastColumns;
        if (tooSmall || tooLarge || (low != high && input[-2] >= 0 && input[-2] != high - low + 1))
        {
            throw c.Error($"diagonals {low}..{high} of shape {input} do not make {rows} rows and {columns} columns.");
        }

        (rows, columns) = (rows, columns) switch
        {
            (-1, -1) => (Math.Max(leastRows, leastColumns), Math.Max(leastRows, leastColumns)),
            (-1, _) => (leastRows, columns),
            (_, -1) => (rows, leastColumns),
            _ => (rows, columns),
        };
        c.Output(0, new Shape([.. batch, rows, columns]));
    }

    private static GraphTensor Part(GraphBuilder g, GraphTensor matrix, Operand diagonals, string align)
    {
        using GraphScope scope = g.NameScope("diag_part");
        GraphTensor k = diagonals.ToTensor(g, DType.Int32, "k");
        GraphTensor padding = g.Constant(0, matrix.DType, null, "padding_value");
        return g.Add("MatrixDiagPartV3", scope.Name, new() { ["align"] = align }, matrix, k, padding);
    }

    private static GraphTensor?[] DiagonalGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        Shape matrix = op.Inputs[0].Shape;
        string align = Align(op);
        NodeAttributes attributes = new() { ["align"] = align };
        GraphTensor gradient;
        if (matrix.HasRank && matrix[-1] >= 0 && matrix[-2] >= 0)
        {
            using GraphScope scope = g.NameScope("diag");
            GraphTensor padding = g.Constant(0, dy[0].DType, null, "padding_value");
            gradient = g.Add("MatrixDiagV3", scope.Name, attributes, dy[0], op.Inputs[1], matrix[-2], matrix[-1], padding);
        }
        else
        {
            gradient = g.Add("MatrixSetDiagV3", "set_diag", attributes, g.ZerosLike(op.Inputs[0]), dy[0], op.Inputs[1]);
        }

        return [gradient, null, null];
    }

    private static GraphTensor?[] MainDiagonalGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        Shape matrix = op.Inputs[0].Shape;
        bool square = matrix.HasRank && matrix[-1] >= 0 && matrix[-1] == matrix[-2];
        return [square ? g.Diag(dy[0]) : g.SetDiag(g.ZerosLike(op.Inputs[0]), dy[0])];
    }

    private static GraphTensor?[] SetMainDiagonalGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        Shape matrix = op.Inputs[0].Shape.TryMerge(dy[0].Shape, out Shape merged) ? merged : op.Inputs[0].Shape;
        Operand shape;
        if (matrix.IsFullyDefined)
        {
            shape = new Shape([.. matrix.Dimensions[..^2], Math.Min(matrix[-1], matrix[-2])]);
        }
        else
        {
            GraphTensor sizes = g.ShapeOf(dy[0]), rank = g.RankOf(dy[0]);
            GraphTensor batch = g.Slice(sizes, (long[])[0], (Operand[])[rank - 2]), inner = g.Slice(sizes, (Operand[])[rank - 2], (long[])[2]);
            shape = g.Concat([batch, (Operand[])[g.Add("Min", inner, (long[])[0])]], 0);
        }

        return [g.SetDiag(dy[0], g.Zeros(shape, dy[0].DType)), g.DiagPart(dy[0])];
    }

    private static GraphTensor?[] SetDiagonalsGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor diagonal, GraphTensor k) = (op.Inputs[1], op.Inputs[2]);
        string align = Align(op);
        Operand shape = diagonal.Shape.IsFullyDefined ? diagonal.Shape : g.ShapeOf(diagonal);
        GraphTensor zeros = g.Zeros(shape, dy[0].DType);
        return [g.SetDiag(dy[0], zeros, k, align), g.DiagPart(dy[0], k, align), null];
    }

    private static string Align(GraphOperation op) => op.Attributes.ContainsKey("align") ? op.String("align") : "RIGHT_LEFT";
}
