using System.Numerics;

namespace ModelSessions.Graphs.Ops;

/// <summary>Fourier transforms over the innermost one, two or three dimensions.</summary>
internal static class FourierOps
{
    public static void Define(OpTable ops)
    {
        ops.Define("BatchFFT", c => ComplexShape(c, 1));
        ops.Define("BatchFFT2D", c => ComplexShape(c, 2));
        ops.Define("BatchFFT3D", c => ComplexShape(c, 3));
        ops.Define("BatchIFFT", c => ComplexShape(c, 1));
        ops.Define("BatchIFFT2D", c => ComplexShape(c, 2));
        ops.Define("BatchIFFT3D", c => ComplexShape(c, 3));
        for (int rank = 1; rank <= 3; rank++)
        {
            int axes = rank;
            string suffix = rank == 1 ? "" : $"{rank}D";
            ops.Define("FFT" + suffix, c => ComplexShape(c, axes), (g, op, dy) => [g.Add("IFFT" + suffix, dy[0]) * Size(g, dy[0], axes, dy[0].DType)]);
            ops.Define("IFFT" + suffix, c => ComplexShape(c, axes), (g, op, dy) => [g.Add("FFT" + suffix, dy[0]) * InverseSize(g, dy[0], axes)]);
        }

        ops.Define("IRFFT", c => RealShape(c, 1, forward: false), (g, op, dy) => RealInverseGradient(g, op, dy[0], 1));
        ops.Define("IRFFT2D", c => RealShape(c, 2, forward: false), (g, op, dy) => RealInverseGradient(g, op, dy[0], 2));
        ops.Define("IRFFT3D", c => RealShape(c, 3, forward: false));
        ops.Define("RFFT", c => RealShape(c, 1, forward: true), (g, op, dy) => RealGradient(g, op, dy[0], 1));
        ops.Define("RFFT2D", c => RealShape(c, 2, forward: true), (g, op, dy) => RealGradient(g, op, dy[0], 2));
        ops.Define("RFFT3D", c => RealShape(c, 3, forward: true));
    }

    private static void ComplexShape(ShapeContext c, int rank) => c.Output(0, c.InputAtLeast(0, rank));

    // Of real numbers' spectrum only half is kept: the rest mirrors it.
    private static void RealShape(ShapeContext c, int rank, bool forward)
    {
        Shape input = c.InputAtLeast(0, rank);
        c.MergeSize(c.Input(1, 1)[0], rank);
        if (!input.HasRank)
        {
            return;
        }

        long[] sizes = input.Dimensions.ToArray();
        for (int i = 0; i < rank; i++)
        {
            long length = c.Value(1) is { } lengths && lengths.Items[i] >= 0 ? lengths.Items[i] : -1;
            sizes[^(rank - i)] = forward && i == rank - 1 && length > 0 ? (length / 2) + 1 : length;
        }

        c.Output(0, new Shape(sizes));
    }

    private static DType RealType(DType complex) => complex == DType.Complex64 ? DType.Float32 : DType.Float64;

    private static GraphTensor Count(GraphBuilder g, GraphTensor x, int rank) => g.ReduceProd(g.Range(g.ShapeOf(x), -rank, null));

    private static GraphTensor Size(GraphBuilder g, GraphTensor x, int rank, DType dtype) => g.Cast(Count(g, x, rank), dtype);

    private static GraphTensor InverseSize(GraphBuilder g, GraphTensor x, int rank) =>
        g.Cast((Operand)1.0 / g.Cast(Count(g, x, rank), RealType(x.DType)), x.DType);

    private static GraphTensor Alternating(GraphBuilder g, GraphTensor length, DType dtype) =>
        g.Cast((Operand)1 - ((Operand)2 * (g.Sequence(0, length) % 2)), dtype);

    // The inverse transform, and what stands for the components that the half spectrum leaves out.
    private static GraphTensor?[] RealGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, int rank)
    {
        (GraphTensor x, GraphTensor lengths) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor shape = g.ShapeOf(x);
        GraphTensor isEven = g.Cast((Operand)1 - (g.Element(lengths, -1) % 2), dy.DType);
        GraphTensor first = g.Inner(dy, (0, 1)), last = g.Inner(dy, (-1, null)), width = g.Element(shape, -1);
        if (rank == 2)
        {
            GraphTensor waves = Waves(g, g.Element(shape, -2), dy);
            first = g.Product(waves, g.Conjugate(first));
            GraphTensor outer = g.Ones((Operand[])[g.RankOf(dy) - 1], DType.Int32);
            last = g.Tile(g.Product(waves, g.Conjugate(last)), g.Concat([outer, (Operand[])[width]], 0));
        }

        GraphTensor extra = first + (isEven * (last * Alternating(g, width, dy.DType)));
        NodeAttributes types = new() { ["Treal"] = x.DType, ["Tcomplex"] = dy.DType };
        GraphTensor inverse = g.Add(rank == 1 ? "IRFFT" : "IRFFT2D", null, types, dy, lengths);
        return [(Operand)0.5 * ((inverse * Size(g, x, rank, x.DType)) + ComplexOps.Part(g, "Real", extra)), null];
    }

    // exp(−2πi·a·b / length) for a, b = 0…, once for each matrix of another tensor.
    private static GraphTensor Waves(GraphBuilder g, GraphTensor length, GraphTensor like)
    {
        GraphTensor row = g.Tile(g.ExpandDims(g.Sequence(0, length), 0), (Operand[])[length, 1]);
        GraphTensor product = g.Cast(row * g.Transpose(row, (long[])[1, 0]), like.DType);
        Tensor turn = like.DType == DType.Complex64 ? Tensor.Scalar(new Complex64(0, (float)(-2 * Math.PI))) : Tensor.Scalar(new Complex(0, -2 * Math.PI));
        GraphTensor waves = g.Exp((Operand)turn * product / g.Cast(length, like.DType));
        GraphTensor ones = g.Ones((Operand[])[g.RankOf(like) - 2], DType.Int32);
        GraphTensor single = g.Reshape(waves, g.Concat([ones, g.ShapeOf(waves)], 0));
        return g.Tile(single, g.Concat([g.Range(g.ShapeOf(like), null, -2), (long[])[1, 1]], 0));
    }

    private static GraphTensor?[] RealInverseGradient(GraphBuilder g, GraphOperation op, GraphTensor dy, int rank)
    {
        (GraphTensor x, GraphTensor lengths) = (op.Inputs[0], op.Inputs[1]);
        GraphTensor isOdd = g.Element(lengths, -1) % 2;
        GraphTensor width = g.Element(g.ShapeOf(x), -1);
        GraphTensor inner = (Operand)2.0 * g.Ones((Operand[])[width - 2 + isOdd], dy.DType);
        GraphTensor end = g.Ones((Operand[])[(Operand)1 - isOdd], dy.DType);
        GraphTensor mask = g.Concat([g.Ones((long[])[1], dy.DType), inner, end], 0);
        GraphTensor scale = g.Add("Reciprocal", Size(g, dy, rank, dy.DType));
        NodeAttributes types = new() { ["Treal"] = dy.DType, ["Tcomplex"] = x.DType };
        GraphTensor spectrum = g.Add(rank == 1 ? "RFFT" : "RFFT2D", null, types, dy, lengths);
        return [spectrum * g.Cast(scale * mask, x.DType), null];
    }
}
