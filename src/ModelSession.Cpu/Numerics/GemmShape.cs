namespace ModelSessions.Cpu.Numerics;

/// <summary>The dimensions of C[M,N] = op(A)[M,K] · op(B)[K,N]; all row-major without gaps.</summary>
/// <param name="M">Rows of the result.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="K">Products in each sum; 0 gives zeros.</param>
/// <param name="TransposeA">A lies in memory as [K,M].</param>
/// <param name="TransposeB">B lies in memory as [N,K].</param>
internal readonly record struct GemmShape(int M, int N, int K, bool TransposeA = false, bool TransposeB = false);
