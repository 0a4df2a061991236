using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels.Array;

/// <summary>Diagonals of tensors and of batches of matrices.</summary>
internal static class DiagonalKernels
{
    public static void Register(KernelTable table)
    {
        table.Elements<Band>("BatchMatrixBandPart");
        table.Elements<FromBand>("BatchMatrixDiag");
        table.Elements<ToBand>("BatchMatrixDiagPart");
        table.Elements<SetBand>("BatchMatrixSetDiag");
        table.Elements<Tensor>("Diag");
        table.Elements<Part>("DiagPart");
        table.Elements<Band>("MatrixBandPart");
        foreach (string version in (string[])["", "V2", "V3"])
        {
            table.Elements<FromBand>("MatrixDiag" + version);
            table.Elements<ToBand>("MatrixDiagPart" + version);
            table.Elements<SetBand>("MatrixSetDiag" + version);
        }
    }

    private readonly struct Tensor : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            Value y = context.Allocate(0, [.. x.Dimensions, .. x.Dimensions]);
            FillKernels.Clear(y);
            for (int i = 0; i < x.Count; i++)
            {
                y.Elements<T>()[i * (x.Count + 1)] = x.Elements<T>()[i];
            }
        };
    }

    private readonly struct Part : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            int half = x.Rank / 2;
            if (x.Rank == 0 || x.Rank % 2 != 0 || !x.Dimensions[..half].SequenceEqual(x.Dimensions[half..]))
            {
                throw Failure.Invalid($"The rank of the tensor should be even and positive, and its shape the same twice: {x.Shape}");
            }

            Span<T> y = context.Allocate(0, x.Dimensions[..half]).Elements<T>();
            for (int i = 0; i < y.Length; i++)
            {
                y[i] = x.Elements<T>()[i * (y.Length + 1)];
            }
        };
    }

    private readonly struct Band : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            long lower = context.Input(1).IntegerScalar("num_lower"), upper = context.Input(2).IntegerScalar("num_upper");
            (int rows, int columns) = DiagonalBand.Matrix(x);
            if (lower > rows || upper > columns)
            {
                throw Failure.Invalid($"num_lower {lower} and num_upper {upper} must be negative or not larger than the matrix of {rows} rows and {columns} columns");
            }

            Value y = context.Allocate(0, x.Dimensions);
            FillKernels.Clear(y);
            ReadOnlySpan<T> source = x.Elements<T>();
            Span<T> target = y.Elements<T>();
            for (int at = 0, row = 0; at < target.Length; at += columns, row = (row + 1) % rows)
            {
                int start = lower < 0 ? 0 : (int)System.Math.Clamp(row - lower, 0, columns);
                int end = upper < 0 ? columns : (int)System.Math.Clamp(row + upper + 1, start, columns);
                source[(at + start)..(at + end)].CopyTo(target[(at + start)..]);
            }
        };
    }

    private readonly struct ToBand : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            (int rows, int columns) = DiagonalBand.Matrix(x);
            DiagonalBand band = DiagonalBand.Of(context, 1).Inside(rows, columns);
            int length = System.Math.Min(rows + System.Math.Min(band.Upper, 0), columns - System.Math.Max(band.Lower, 0));
            Span<T> y = context.Allocate(0, band.Shape(x.Dimensions[..^2], length)).Elements<T>();
            y.Fill(DiagonalBand.Padding<T>(context, 2));
            band.Walk(x.Elements<T>(), y, (rows, columns, length), (ref T inMatrix, ref T inBand) => inBand = inMatrix);
        };
    }

    private readonly struct FromBand : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0);
            DiagonalBand band = DiagonalBand.Of(context, 1);
            int outer = x.Rank - (band.Count > 1 ? 2 : 1);
            if (outer < 0 || (band.Count > 1 && x.Dimensions[outer] != band.Count))
            {
                throw Failure.Invalid($"The diagonals {band.Lower}..{band.Upper} do not fit the shape {x.Shape}.");
            }

            int length = (int)x.Dimensions[^1];
            (int rows, int columns) = band.SizeOfMatrix(
                length, context.InputCount > 2 ? context.Input(2).IntegerScalar("num_rows") : -1, context.InputCount > 2 ? context.Input(3).IntegerScalar("num_cols") : -1);
            Span<T> y = context.Allocate(0, [.. x.Dimensions[..outer], rows, columns]).Elements<T>();
            y.Fill(DiagonalBand.Padding<T>(context, 4));
            band.Walk(y, x.Elements<T>(), (rows, columns, length), (ref T inMatrix, ref T inBand) => inMatrix = inBand);
        };
    }

    private readonly struct SetBand : IElementKernel
    {
        public static Kernel Create<T>(GraphOperation node) => context =>
        {
            Value x = context.Input(0), diagonal = context.Input(1);
            (int rows, int columns) = DiagonalBand.Matrix(x);
            DiagonalBand band = DiagonalBand.Of(context, 2).Inside(rows, columns);
            int length = System.Math.Min(rows + System.Math.Min(band.Upper, 0), columns - System.Math.Max(band.Lower, 0));
            Shape expected = new(band.Shape(x.Dimensions[..^2], length));
            if (!diagonal.Dimensions.SequenceEqual(expected.Dimensions))
            {
                throw Failure.Invalid($"The diagonals {band.Lower}..{band.Upper} of {x.Shape} have the shape {expected}, not {diagonal.Shape}.");
            }

            band.Walk(context.Copy(0, 0).Elements<T>(), diagonal.Elements<T>(), (rows, columns, length), (ref T inMatrix, ref T inBand) => inMatrix = inBand);
        };
    }
}
