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

    public int Count => (int)new Shape(Input.Dimensions[..^2]).ElementCount;

    /// <summary>The rows of square matrices.</summary>
    /// <exception cref="EngineException">They are not square.</exception>
    public int Square() => Rows == Columns ? Rows : throw Failure.Invalid($"Input matrix must be square, got {Input.Shape}");

    /// <summary>A matrix, or its adjoint.</summary>
    public T[] Read(int index, bool adjoint = false)
    {
        T[] matrix = new T[Rows * Columns];
        for (int i = 0, at = index * matrix.Length; i < matrix.Length; i++, at++)
        {
            matrix[i] = Input.DType switch
            {
                DType.Float32 => T.CreateTruncating(Input.Span<float>()[at]),
                DType.Float64 => T.CreateTruncating(Input.Span<double>()[at]),
                DType.Complex64 => (T)(object)Input.Span<Complex64>()[at].ToComplex(),
                _ => (T)(object)Input.Span<Complex>()[at],
            };
        }

        return adjoint ? Dense.Adjoint(matrix, Rows, Columns) : matrix;
    }

    /// <summary>Puts a matrix, or a number, in its place.</summary>
    public static void Write(Value target, int index, T[] matrix)
    {
        for (int i = 0, at = index * matrix.Length; i < matrix.Length; i++, at++)
        {
            switch (target.DType)
            {
                case DType.Float32: target.Span<float>()[at] = float.CreateTruncating(matrix[i]); break;
                case DType.Float64: target.Span<double>()[at] = double.CreateTruncating(matrix[i]); break;
                case DType.Complex64: target.Span<Complex64>()[at] = (Complex64)(Complex)(object)matrix[i]; break;
                default: target.Span<Complex>()[at] = (Complex)(object)matrix[i]; break;
            }
        }
    }
}
