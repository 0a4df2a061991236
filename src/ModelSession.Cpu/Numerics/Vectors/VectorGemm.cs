namespace ModelSessions.Cpu.Numerics;

/// <summary>Products of matrices of floats or doubles by vectors: chooses the way for a shape.</summary>
internal static unsafe class VectorGemm
{
    /// <summary>C = op(A) · op(B), then the epilogue.</summary>
    public static void Multiply<T>(
        GemmShape shape, ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c, Epilogue<T> epilogue, WorkerPool pool, Workspace workspace)
        where T : unmanaged
    {
        if (shape.M == 0 || shape.N == 0)
        {
            return;
        }

        fixed (T* aPointer = a, bPointer = b, cPointer = c, bias = epilogue.Bias)
        {
            VectorWidth.Run<T, Product>(new Product
            {
                Shape = shape,
                A = aPointer,
                B = bPointer,
                C = cPointer,
                Bias = bias,
                Relu = epilogue.Activation == Activation.Relu,
                Pool = pool,
                Workspace = workspace,
            });
        }
    }

    private struct Product : IVectorAction
    {
        public GemmShape Shape;
        public void* A;
        public void* B;
        public void* C;
        public void* Bias;
        public bool Relu;
        public WorkerPool Pool;
        public Workspace Workspace;

        public readonly void Run<T, TVector, TLanes>()
            where T : unmanaged
            where TVector : struct
            where TLanes : ILanes<TVector, T> =>
            BlockedGemm<T, TVector, TLanes>.Multiply(Shape, (T*)A, (T*)B, (T*)C, (T*)Bias, Relu, Pool, Workspace);
    }
}
