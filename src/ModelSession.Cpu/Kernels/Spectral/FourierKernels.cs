using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Spectral;

/// <summary>Fourier transforms over the innermost dimensions, computed in double.</summary>
internal static class FourierKernels
{
    public static void Register(KernelTable table)
    {
        for (int rank = 1; rank <= 3; rank++)
        {
            int axes = rank;
            string suffix = rank == 1 ? "" : $"{rank}D";
            table.Add("FFT" + suffix, context => Transform(context, axes, inverse: false));
            table.Add("IFFT" + suffix, context => Transform(context, axes, inverse: true));
            table.Add("IRFFT" + suffix, context => ToReal(context, axes));
            table.Add("RFFT" + suffix, context => FromReal(context, axes));
        }
    }

    private static void Transform(KernelContext context, int rank, bool inverse)
    {
        Value input = context.Input(0);
        CheckRank(input, rank);
        Value result = context.Allocate(0, input.Dimensions);
        Span<Complex> x = context.Scratch<Complex>(input.Count);
        Read(input, x);
        for (int axis = input.Rank - rank; axis < input.Rank; axis++)
        {
            Along(x, input.Dimensions, axis, inverse);
        }

        Write(x, result);
    }

    private static void FromReal(KernelContext context, int rank)
    {
        Value input = context.Input(0), result = context.Output(0);
        CheckTypes(input.DType, result.DType, "forward");
        long[] part = Part(context, rank, half: false), half = [.. part];
        half[^1] = (part[^1] / 2) + (part[^1] > 0 ? 1 : 0);
        Span<Complex> x = Cut(context, input, part);
        for (int axis = part.Length - rank; axis < part.Length; axis++)
        {
            Along(x, part, axis, inverse: false);
        }

        result = context.Allocate(0, half);
        Span<Complex> kept = context.Scratch<Complex>(result.Count);
        Lines(x, (int)part[^1], kept, (int)half[^1]);
        Write(kept, result);
    }

    private static void ToReal(KernelContext context, int rank)
    {
        Value input = context.Input(0), result = context.Output(0);
        CheckTypes(result.DType, input.DType, "backward");
        long[] half = Part(context, rank, half: true), full = [.. half];
        int length = (int)context.Input(1).Integer(rank - 1);
        full[^1] = length;
        Span<Complex> spectrum = Cut(context, input, half);
        for (int axis = half.Length - rank; axis < half.Length - 1; axis++)
        {
            Along(spectrum, half, axis, inverse: true);
        }

        result = context.Allocate(0, full);
        Span<Complex> x = context.Scratch<Complex>(result.Count);
        Lines(spectrum, (int)half[^1], x, length);
        Mirror(x, length);
        Along(x, full, full.Length - 1, inverse: true);
        Write(x, result);
    }

    private static void CheckRank(Value input, int rank)
    {
        if (input.Rank < rank)
        {
            throw Failure.Invalid($"Input must have rank of at least {rank} but got: {input.Shape}");
        }
    }

    private static void CheckTypes(DType real, DType complex, string direction)
    {
        if ((real == DType.Float32) != (complex == DType.Complex64))
        {
            throw Failure.Invalid($"Wrong types for {direction} real FFT: {real.Name()} and {complex.Name()}");
        }
    }

    // The shape of what is transformed: of the innermost dimensions as much as fft_length says.
    private static long[] Part(KernelContext context, int rank, bool half)
    {
        Value input = context.Input(0), lengths = context.Input(1);
        CheckRank(input, rank);
        if (lengths.Rank != 1 || lengths.LongCount != rank)
        {
            throw Failure.Invalid($"fft_length must have shape [{rank}], not {lengths.Shape}");
        }

        long[] part = input.Dimensions.ToArray();
        for (int i = 0; i < rank; i++)
        {
            long length = lengths.Integer(i), needed = half && i == rank - 1 && length > 0 ? (length / 2) + 1 : length;
            ref long size = ref part[^(rank - i)];
            if (length < 0 || (input.LongCount > 0 && size < needed))
            {
                throw Failure.Invalid($"Input dimension {input.Rank - rank + i} must have length of at least {needed} but got: {size}");
            }

            size = needed;
        }

        return part;
    }

    private static Span<Complex> Cut(KernelContext context, Value input, long[] part)
    {
        Span<Complex> all = context.Scratch<Complex>(input.Count);
        Read(input, all);
        if (input.Dimensions.SequenceEqual(part))
        {
            return all;
        }

        Span<Complex> kept = context.Scratch<Complex>((int)new Shape(part).ElementCount);
        Span<long> steps = stackalloc long[part.Length];
        StridedCopy.RowMajor(input.Dimensions, steps);
        if (input.LongCount > 0)
        {
            StridedCopy.Gather<Complex>(context.Workers, all, 0, part, steps, kept);
        }
        else
        {
            kept.Clear();
        }

        return kept;
    }

    // Copies the beginnings of lines.
    private static void Lines(ReadOnlySpan<Complex> source, int sourceLength, Span<Complex> target, int targetLength)
    {
        for (int from = 0, to = 0; to < target.Length; from += sourceLength, to += targetLength)
        {
            source.Slice(from, System.Math.Min(sourceLength, targetLength)).CopyTo(target[to..]);
        }
    }

    // A spectrum of real numbers: the second half mirrors the first; what mirrors itself is real.
    private static void Mirror(Span<Complex> x, int length)
    {
        for (int line = 0; line < x.Length; line += length)
        {
            x[line] = x[line].Real;
            for (int k = 1; k <= length / 2; k++)
            {
                Complex item = x[line + k];
                x[line + length - k] = Complex.Conjugate(item);
                x[line + k] = 2 * k == length ? item.Real : item;
            }
        }
    }

    private static void Along(Span<Complex> x, ReadOnlySpan<long> dimensions, int axis, bool inverse)
    {
        int length = (int)dimensions[axis], inner = (int)new Shape(dimensions[(axis + 1)..]).ElementCount;
        if (length <= 1 || x.IsEmpty)
        {
            return;
        }

        Fourier transform = new(length);
        Complex[] line = new Complex[length];
        for (int outer = 0; outer < x.Length; outer += length * inner)
        {
            for (int start = outer; start < outer + inner; start++)
            {
                for (int i = 0; i < length; i++)
                {
                    line[i] = x[start + i * inner];
                }

                if (inverse)
                {
                    transform.Invert(line);
                }
                else
                {
                    transform.Transform(line);
                }

                for (int i = 0; i < length; i++)
                {
                    x[start + i * inner] = line[i];
                }
            }
        }
    }

    private static void Read(Value value, Span<Complex> target)
    {
        for (int i = 0; i < target.Length; i++)
        {
            target[i] = value.DType switch
            {
                DType.Float32 => value.Span<float>()[i],
                DType.Float64 => value.Span<double>()[i],
                DType.Complex64 => value.Span<Complex64>()[i].ToComplex(),
                _ => value.Span<Complex>()[i],
            };
        }
    }

    private static void Write(ReadOnlySpan<Complex> source, Value value)
    {
        for (int i = 0; i < source.Length; i++)
        {
            switch (value.DType)
            {
                case DType.Float32: value.Span<float>()[i] = (float)source[i].Real; break;
                case DType.Float64: value.Span<double>()[i] = source[i].Real; break;
                case DType.Complex64: value.Span<Complex64>()[i] = (Complex64)source[i]; break;
                default: value.Span<Complex>()[i] = source[i]; break;
            }
        }
    }
}
