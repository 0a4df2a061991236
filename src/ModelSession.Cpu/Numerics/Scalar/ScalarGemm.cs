namespace ModelSessions.Cpu.Numerics;

/// <summary>Products of matrices, one element after the other: for types without vectors, and the reference of the vector kernels.
/// Each sum goes from the first product to the last.</summary>
internal static class ScalarGemm
{
    public static void Multiply<T, TMath>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool)
        where T : unmanaged
        where TMath : IScalarMath<T> =>
        pool.For(shape.M, new RowBody<T, TMath>(shape, a, b, c, epilogue));

    private readonly ref struct RowBody<T, TMath>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue) : IParallelBody
        where T : unmanaged
        where TMath : IScalarMath<T>
    {
        private readonly GemmShape _shape = shape;
        private readonly ReadOnlySpan<T> _a = a;
        private readonly ReadOnlySpan<T> _b = b;
        private readonly Span<T> _c = c;
        private readonly Epilogue<T> _epilogue = epilogue;

        public void Run(int index, int slot)
        {
            (int aStart, int aStep) = _shape.TransposeA ? (index, _shape.M) : (index * _shape.K, 1);
            for (int column = 0; column < _shape.N; column++)
            {
                Interruption.Check();
                (int bStart, int bStep) = _shape.TransposeB ? (column * _shape.K, 1) : (column, _shape.N);
                T sum = default;
                for (int k = 0; k < _shape.K; k++)
                {
                    sum = TMath.MultiplyAdd(_a[aStart + k * aStep], _b[bStart + k * bStep], sum);
                }

                _c[index * _shape.N + column] = _epilogue.Apply<TMath>(sum, column);
            }
        }
    }
}
