using System.Numerics;
using ModelSessions.Cpu.Execution;
using ModelSessions.Cpu.Numerics;

namespace ModelSessions.Cpu.Kernels.Linalg;

/// <summary>The innermost matrices of a tensor, read and written as double or complex128.</summary>
internal readonly struct Matrices<T>
    where T : INumberBase<T>
{
    public Matrices(KernelContext context, int input = 0)
    {
        Input = context.Input(input);
        if (Input.Rank < 2)
        {
            throw Failure.Invalid($"Input tensor {input} must have rank >= 2, got {Input.Shape}");
        }
    }

    public Value Input { get; }

    public int Rows => (int)Input.Dimensions[^2];

    public int Columns => (int)Input.Dimensions[^1];

    public int Count => (int)new Shape(Batch).ElementCount;

    /// <summary>The dimensions before the matrices.</summary>
    public ReadOnlySpan<long> Batch => Input.Dimensions[..^2];

    /// <summary>The precision of the elements.</summary>
    public double Epsilon => Input.DType switch
    {
        DType.Float64 or DType.Complex128 => System.Math.ScaleB(1, -52),
        DType.Float16 => System.Math.ScaleB(1, -10),
        _ => System.Math.ScaleB(1, -23),
    };

    /// <summary>The rows of square matrices.</summary>
    /// <exception cref="EngineException">They are not square.</exception>
    public int Square() => Rows == Columns ? Rows : throw Failure.Invalid($"Input matrix must be square, got {Input.Shape}");

    /// <summary>Matrices that belong to these, one by one.</summary>
    /// <exception cref="EngineException">Their batches differ.</exception>
    public Matrices<T> Beside(KernelContext context, int input)
    {
        Matrices<T> other = new(context, input);
        return other.Batch.SequenceEqual(Batch)
            ? other
            : throw Failure.Invalid($"All input tensors must have the same outer dimensions: {Input.Shape} and {other.Input.Shape}");
    }

    /// <summary>The right sides of systems with these matrices.</summary>
    /// <exception cref="EngineException">They do not fit.</exception>
    public Matrices<T> RightSides(KernelContext context)
    {
        Matrices<T> right = Beside(context, 1);
        return right.Rows == Rows ? right : throw Failure.Invalid($"Input matrix and rhs are incompatible: {Input.Shape} and {right.Input.Shape}");
    }

    /// <summary>A matrix, or its adjoint.</summary>
    public T[] Read(int index, bool adjoint = false)
    {
        T[] matrix = new T[Rows * Columns];
        for (int i = 0, at = index * matrix.Length; i < matrix.Length; i++, at++)
        {
            matrix[i] = Input.DType switch
            {
                DType.Float16 => T.CreateTruncating((float)Input.Span<Half>()[at]),
                DType.Float32 => T.CreateTruncating(Input.Span<float>()[at]),
                DType.Float64 => T.CreateTruncating(Input.Span<double>()[at]),
                DType.Complex64 => (T)(object)Input.Span<Complex64>()[at].ToComplex(),
                _ => (T)(object)Input.Span<Complex>()[at],
            };
        }

        return adjoint ? Dense.Adjoint(matrix, Rows, Columns) : matrix;
    }

    /// <summary>Puts a matrix, or a number, in its place.</summary>
    public static void Write(Value target, int index, ReadOnlySpan<T> matrix)
    {
        for (int i = 0, at = index * matrix.Length; i < matrix.Length; i++, at++)
        {
            switch (target.DType)
            {
                case DType.Float16: target.Span<Half>()[at] = (Half)(float)Dense.Real(matrix[i]); break;
                case DType.Float32: target.Span<float>()[at] = (float)Dense.Real(matrix[i]); break;
                case DType.Float64: target.Span<double>()[at] = Dense.Real(matrix[i]); break;
                case DType.Complex64: target.Span<Complex64>()[at] = (Complex64)ToComplex(matrix[i]); break;
                default: target.Span<Complex>()[at] = ToComplex(matrix[i]); break;
            }
        }
    }

    /// <summary>Puts a row of real numbers in its place.</summary>
    public static void Write(Value target, int index, double[] row) =>
        Write(target, index, System.Array.ConvertAll(row, T.CreateTruncating).AsSpan());

    private static Complex ToComplex(T x) => x is Complex complex ? complex : new Complex(Dense.Real(x), 0);
}
