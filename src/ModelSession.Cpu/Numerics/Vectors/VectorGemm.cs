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
            where TLanes : ILanes<TVector, T>
        {
            if (Shape.M == 1)
            {
                VectorEpilogue<T> end = new((T*)Bias, sameForAll: false, Relu);
                Row<T, TVector, TLanes>(Shape.TransposeB, Shape.N, (T*)A, (T*)B, end);
            }
            else if (Shape.N == 1)
            {
                VectorEpilogue<T> end = new((T*)Bias, sameForAll: true, Relu);
                Row<T, TVector, TLanes>(!Shape.TransposeA, Shape.M, (T*)B, (T*)A, end);
            }
            else
            {
                BlockedGemm<T, TVector, TLanes>.Multiply(Shape, (T*)A, (T*)B, (T*)C, (T*)Bias, Relu, Pool, Workspace);
            }
        }

        private readonly void Row<T, TVector, TLanes>(bool transposed, int count, T* x, T* matrix, VectorEpilogue<T> end)
            where T : unmanaged
            where TVector : struct
            where TLanes : ILanes<TVector, T>
        {
            if (transposed)
            {
                VectorMatrix<T, TVector, TLanes>.MultiplyTransposed(Shape.K, count, x, matrix, (T*)C, end, Pool);
            }
            else
            {
                VectorMatrix<T, TVector, TLanes>.Multiply(Shape.K, count, x, matrix, (T*)C, end, Pool);
            }
        }
    }
}
