namespace ModelSessions.Graphs.Ops;

/// <summary>Products of matrices and vectors.</summary>
internal static class MatrixOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchMatMul", BatchMatMulShape, (g, op, dy) => BatchProducts(g, op, dy[0], marks: false));
        ops.Define("BatchMatMulV2", BatchMatMulShape, BatchMatMulV2Gradient);
        ops.Define("BatchMatMulV3", BatchMatMulShape, BatchMatMulV2Gradient);
        ops.Define("Cross", Shapes.AllTheSame, (g, op, dy) => [g.Add("Cross", op.Inputs[1], dy[0]), g.Add("Cross", dy[0], op.Inputs[0])]);
        ops.Define("MatMul", MatMulShape, MatMulGradient);
        ops.Define("SparseMatMul", MatMulShape, SparseMatMulGradient);
    }

    private static void MatMulShape(ShapeContext c)
    {
        Shape a = c.Input(0, 2), b = c.Input(1, 2);
        bool transposeA = c.Flag("transpose_a"), transposeB = c.Flag("transpose_b");
        c.MergeSize(a[transposeA ? 0 : 1], b[transposeB ? 1 : 0]);
        c.Output(0, [a[transposeA ? 1 : 0], b[transposeB ? 0 : 1]]);
    }

    private static void BatchMatMulShape(ShapeContext c)
    {
        Shape x = c.InputAtLeast(0, 2), y = c.InputAtLeast(1, 2);
        bool adjointX = c.Flag("adj_x"), adjointY = c.Flag("adj_y");
        if (x.HasRank && y.HasRank)
        {
            c.MergeSize(x[adjointX ? -2 : -1], y[adjointY ? -1 : -2]);
        }

        (Shape batchX, Shape batchY) = (Shapes.Sub(x, 0, x.Rank - 2), Shapes.Sub(y, 0, y.Rank - 2));
        Shape batch = c.Operation.Type == "BatchMatMul" ? c.Merge(batchX, batchY) : Shapes.Broadcast(c, batchX, batchY);
        if (x.HasRank && y.HasRank)
        {
            c.Output(0, [.. batch, x[adjointX ? -1 : -2], y[adjointY ? -2 : -1]]);
        }
    }

    private static GraphTensor?[] MatMulGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (bool transposeA, bool transposeB) = (op.Bool("transpose_a"), op.Bool("transpose_b"));
        GraphTensor a = g.Conjugate(op.Inputs[0]), b = g.Conjugate(op.Inputs[1]), d = dy[0];
        return (transposeA, transposeB) switch
        {
            (false, false) => [Product(g, d, b, false, true, 'a'), Product(g, a, d, true, false, 'b')],
            (false, true) => [Product(g, d, b, false, false, 'a'), Product(g, d, a, true, false, 'b')],
            (true, false) => [Product(g, b, d, false, true, 'a'), Product(g, a, d, false, false, 'b')],
            (true, true) => [Product(g, b, d, true, true, 'a'), Product(g, d, a, true, true, 'b')],
        };
    }

    // The attributes grad_a and grad_b only say what the product is for.
    private static GraphTensor Product(GraphBuilder g, GraphTensor x, GraphTensor y, bool transposeX, bool transposeY, char of) => g.Add(
        "MatMul", "MatMul", new() { ["transpose_a"] = transposeX, ["transpose_b"] = transposeY, [$"grad_{of}"] = true }, x, y);

    private static GraphTensor?[] SparseMatMulGradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        (GraphTensor a, GraphTensor b, GraphTensor d) = (op.Inputs[0], op.Inputs[1], dy[0]);
        (bool ofA, bool ofB, bool ofD) = (op.Bool("a_is_sparse"), op.Bool("b_is_sparse"), d.Operation.Type == "ReluGrad");
        GraphTensor Multiply(GraphTensor x, bool xSparse, GraphTensor y, bool ySparse, DType type, bool transposeX = false, bool transposeY = false) =>
            g.Cast(SparseProduct(g, x, xSparse, transposeY ? g.Transpose(y, (long[])[1, 0]) : y, ySparse, transposeX), type);

        return (op.Bool("transpose_a"), op.Bool("transpose_b")) switch
        {
            (false, false) => [Multiply(d, ofD, b, ofB, a.DType, transposeY: true), Multiply(a, ofA, d, ofD, b.DType, transposeX: true)],
            (false, true) => [Multiply(d, ofD, b, ofB, a.DType), Multiply(d, ofD, a, ofA, b.DType, transposeX: true)],
            (true, false) => [Multiply(b, ofB, d, ofD, a.DType, transposeY: true), Multiply(a, ofA, d, ofD, b.DType)],
            (true, true) => [Multiply(b, ofB, d, ofD, a.DType, true, true), Multiply(d, ofD, a, ofA, b.DType, true, true)],
        };
    }

    // Python's matmul: the op for zeros only where there are such, or where the types need it.
    private static GraphTensor SparseProduct(GraphBuilder g, GraphTensor x, bool xSparse, GraphTensor y, bool ySparse, bool transposeX)
    {
        bool sparse = xSparse || ySparse || x.DType != y.DType;
        NodeAttributes attributes = sparse
            ? new() { ["transpose_a"] = transposeX, ["transpose_b"] = false, ["a_is_sparse"] = xSparse, ["b_is_sparse"] = ySparse }
            : new() { ["transpose_a"] = transposeX, ["transpose_b"] = false };
        return g.Add(sparse ? "SparseMatMul" : "MatMul", "MatMul", attributes, x, y);
    }

    private static GraphTensor?[] BatchMatMulV2Gradient(GraphBuilder g, GraphOperation op, GraphTensor[] dy)
    {
        GraphTensor?[] products = BatchProducts(g, op, dy[0], marks: true);
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        Shape xBatch = Shapes.Sub(x.Shape, 0, x.Shape.Rank - 2), yBatch = Shapes.Sub(y.Shape, 0, y.Shape.Rank - 2);
        bool plain = (x.Shape.Rank == 2 && y.Shape.Rank == 2) || (xBatch.IsFullyDefined && xBatch.Equals(yBatch));
        if (plain)
        {
            return products;
        }

        GraphTensor xShape = g.ShapeOf(x), yShape = g.ShapeOf(y);
        GraphOperation axes = g.AddOperation("BroadcastGradientArgs", null, null, g.Range(xShape, null, -2), g.Range(yShape, null, -2));
        return
        [
            Broadcasting.SumOver(g, products[0]!, axes.Outputs[0], xShape),
            Broadcasting.SumOver(g, products[1]!, axes.Outputs[1], yShape),
        ];
    }

    private static GraphTensor?[] BatchProducts(GraphBuilder g, GraphOperation op, GraphTensor d, bool marks)
    {
        (GraphTensor x, GraphTensor y) = (op.Inputs[0], op.Inputs[1]);
        return (op.Bool("adj_x"), op.Bool("adj_y")) switch
        {
            (false, false) => [BatchProduct(g, d, y, false, true, marks, 'a'), BatchProduct(g, x, d, true, false, marks, 'b')],
            (false, true) => [BatchProduct(g, d, y, false, false, marks, 'a'), BatchProduct(g, d, x, true, false, marks, 'b')],
            (true, false) => [BatchProduct(g, y, d, false, true, marks, 'a'), BatchProduct(g, x, d, false, false, marks, 'b')],
            (true, true) => [BatchProduct(g, y, d, true, true, marks, 'a'), BatchProduct(g, d, x, true, true, marks, 'b')],
        };
    }

    /// <summary>A product of matrices or of batches of matrices, each of which may be transposed and conjugated.</summary>
    internal static GraphTensor AdjointProduct(GraphBuilder g, GraphTensor x, GraphTensor y, bool adjointX, bool adjointY) =>
        BatchProduct(g, x, y, adjointX, adjointY, marks: false, of: 'a');

    private static GraphTensor BatchProduct(GraphBuilder g, GraphTensor x, GraphTensor y, bool adjointX, bool adjointY, bool marks, char of)
    {
        if (x.Shape.Rank is -1 or > 2 || y.Shape.Rank is -1 or > 2)
        {
            NodeAttributes batch = new() { ["adj_x"] = adjointX, ["adj_y"] = adjointY };
            if (marks)
            {
                batch[of == 'a' ? "grad_x" : "grad_y"] = true;
            }

            return g.Add("BatchMatMulV2", "MatMul", batch, x, y);
        }

        using GraphScope scope = g.NameScope("MatMul");
        NodeAttributes single = new() { ["transpose_a"] = adjointX, ["transpose_b"] = adjointY };
        if (marks)
        {
            single[$"grad_{of}"] = true;
        }

        return g.Add("MatMul", scope.Name, single, adjointX ? g.Conjugate(x) : x, adjointY ? g.Conjugate(y) : y);
    }
}
