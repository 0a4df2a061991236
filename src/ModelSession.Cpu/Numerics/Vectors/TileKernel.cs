using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>The heart of all products: a tile of C, up to 14 rows of one or two vectors, stays in registers while its sums grow.
/// Compiled for each number of rows; what lies beyond falls away.</summary>
internal static unsafe class TileKernel
{
    /// <summary>Computes a tile. Each sum takes its products one after the other, in the order of the segments.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    /// <typeparam name="TVector">The vector type.</typeparam>
    /// <typeparam name="TLanes">Its operations.</typeparam>
    /// <typeparam name="TRows">The number of rows.</typeparam>
    /// <typeparam name="TVectors">The vectors in a row: 1 or 2.</typeparam>
    /// <typeparam name="TAdjacent">1: rows of A are neighbours in memory; 0: <see cref="Tile{T}.RowStep"/> counts.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TVector, TLanes, TRows, TVectors, TAdjacent>(Tile<T>* tile)
        where T : unmanaged
        where TVector : struct
        where TLanes : ILanes<TVector, T>
        where TRows : IConstant
        where TVectors : IConstant
        where TAdjacent : IConstant
    {
        TVector c00 = default, c01 = default;
        TVector c10 = default, c11 = default;
        TVector c20 = default, c21 = default;
        TVector c30 = default, c31 = default;
        TVector c40 = default, c41 = default;
        TVector c50 = default, c51 = default;
        TVector c60 = default, c61 = default;
        TVector c70 = default, c71 = default;
        TVector c80 = default, c81 = default;
        TVector c90 = default, c91 = default;
        TVector cA0 = default, cA1 = default;
        TVector cB0 = default, cB1 = default;
        TVector cC0 = default, cC1 = default;
        TVector cD0 = default, cD1 = default;
        nint cStep = tile->CStep;
        if (tile->Accumulate)
        {
            T* c = tile->C;
            c00 = TLanes.Load(c);
            c01 = TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c10 = TRows.Value > 1 ? TLanes.Load(c) : default;
            c11 = TRows.Value > 1 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c20 = TRows.Value > 2 ? TLanes.Load(c) : default;
            c21 = TRows.Value > 2 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c30 = TRows.Value > 3 ? TLanes.Load(c) : default;
            c31 = TRows.Value > 3 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c40 = TRows.Value > 4 ? TLanes.Load(c) : default;
            c41 = TRows.Value > 4 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c50 = TRows.Value > 5 ? TLanes.Load(c) : default;
            c51 = TRows.Value > 5 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c60 = TRows.Value > 6 ? TLanes.Load(c) : default;
            c61 = TRows.Value > 6 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c70 = TRows.Value > 7 ? TLanes.Load(c) : default;
            c71 = TRows.Value > 7 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c80 = TRows.Value > 8 ? TLanes.Load(c) : default;
            c81 = TRows.Value > 8 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            c90 = TRows.Value > 9 ? TLanes.Load(c) : default;
            c91 = TRows.Value > 9 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            cA0 = TRows.Value > 10 ? TLanes.Load(c) : default;
            cA1 = TRows.Value > 10 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            cB0 = TRows.Value > 11 ? TLanes.Load(c) : default;
            cB1 = TRows.Value > 11 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            cC0 = TRows.Value > 12 ? TLanes.Load(c) : default;
            cC1 = TRows.Value > 12 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
            c += cStep;
            cD0 = TRows.Value > 13 ? TLanes.Load(c) : default;
            cD1 = TRows.Value > 13 && TVectors.Value > 1 ? TLanes.Load(c + TLanes.Width) : default;
        }

        T* b = tile->B;
        nint bStep = tile->BStep;
        nint inner = tile->InnerStep;
        nint rows = tile->RowStep;
        nint aheadStep = tile->AheadStep;
        byte* ahead = aheadStep == 0 ? (byte*)b : tile->Ahead;
        for (int segment = 0; segment < tile->Segments; segment++)
        {
            // Three rows share a pointer: the processor adds one or two steps to it for nothing.
            T* a0 = tile->A + tile->Offsets[segment];
            T* a3 = a0 + 3 * rows;
            T* a6 = a3 + 3 * rows;
            T* a9 = a6 + 3 * rows;
            T* a12 = a9 + 3 * rows;
            for (nint k = tile->Run; k > 0; k--)
            {
                TVector b0 = TLanes.Load(b);
                TVector b1 = TVectors.Value > 1 ? TLanes.Load(b + TLanes.Width) : default;
                b += bStep;
                Prefetch.Far(ahead);
                ahead += aheadStep;
                TVector x = TLanes.Broadcast(a0);
                c00 = TLanes.MultiplyAdd(x, b0, c00);
                c01 = TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c01) : c01;
                x = TRows.Value > 1 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 1 : a0 + rows) : x;
                c10 = TRows.Value > 1 ? TLanes.MultiplyAdd(x, b0, c10) : c10;
                c11 = TRows.Value > 1 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c11) : c11;
                x = TRows.Value > 2 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 2 : a0 + 2 * rows) : x;
                c20 = TRows.Value > 2 ? TLanes.MultiplyAdd(x, b0, c20) : c20;
                c21 = TRows.Value > 2 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c21) : c21;
                x = TRows.Value > 3 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 3 : a3) : x;
                c30 = TRows.Value > 3 ? TLanes.MultiplyAdd(x, b0, c30) : c30;
                c31 = TRows.Value > 3 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c31) : c31;
                x = TRows.Value > 4 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 4 : a3 + rows) : x;
                c40 = TRows.Value > 4 ? TLanes.MultiplyAdd(x, b0, c40) : c40;
                c41 = TRows.Value > 4 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c41) : c41;
                x = TRows.Value > 5 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 5 : a3 + 2 * rows) : x;
                c50 = TRows.Value > 5 ? TLanes.MultiplyAdd(x, b0, c50) : c50;
                c51 = TRows.Value > 5 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c51) : c51;
                x = TRows.Value > 6 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 6 : a6) : x;
                c60 = TRows.Value > 6 ? TLanes.MultiplyAdd(x, b0, c60) : c60;
                c61 = TRows.Value > 6 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c61) : c61;
                x = TRows.Value > 7 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 7 : a6 + rows) : x;
                c70 = TRows.Value > 7 ? TLanes.MultiplyAdd(x, b0, c70) : c70;
                c71 = TRows.Value > 7 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c71) : c71;
                x = TRows.Value > 8 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 8 : a6 + 2 * rows) : x;
                c80 = TRows.Value > 8 ? TLanes.MultiplyAdd(x, b0, c80) : c80;
                c81 = TRows.Value > 8 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c81) : c81;
                x = TRows.Value > 9 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 9 : a9) : x;
                c90 = TRows.Value > 9 ? TLanes.MultiplyAdd(x, b0, c90) : c90;
                c91 = TRows.Value > 9 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, c91) : c91;
                x = TRows.Value > 10 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 10 : a9 + rows) : x;
                cA0 = TRows.Value > 10 ? TLanes.MultiplyAdd(x, b0, cA0) : cA0;
                cA1 = TRows.Value > 10 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, cA1) : cA1;
                x = TRows.Value > 11 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 11 : a9 + 2 * rows) : x;
                cB0 = TRows.Value > 11 ? TLanes.MultiplyAdd(x, b0, cB0) : cB0;
                cB1 = TRows.Value > 11 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, cB1) : cB1;
                x = TRows.Value > 12 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 12 : a12) : x;
                cC0 = TRows.Value > 12 ? TLanes.MultiplyAdd(x, b0, cC0) : cC0;
                cC1 = TRows.Value > 12 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, cC1) : cC1;
                x = TRows.Value > 13 ? TLanes.Broadcast(TAdjacent.Value == 1 ? a0 + 13 : a12 + rows) : x;
                cD0 = TRows.Value > 13 ? TLanes.MultiplyAdd(x, b0, cD0) : cD0;
                cD1 = TRows.Value > 13 && TVectors.Value > 1 ? TLanes.MultiplyAdd(x, b1, cD1) : cD1;
                a0 += inner;
                a3 += inner;
                a6 += inner;
                a9 += inner;
                a12 += inner;
            }
        }

        if (tile->Bias != null)
        {
            TVector bias0 = TLanes.Load(tile->Bias);
            TVector bias1 = TVectors.Value > 1 ? TLanes.Load(tile->Bias + TLanes.Width) : default;
            c00 = TLanes.Add(c00, bias0);
            c01 = TVectors.Value > 1 ? TLanes.Add(c01, bias1) : default;
            c10 = TRows.Value > 1 ? TLanes.Add(c10, bias0) : default;
            c11 = TRows.Value > 1 && TVectors.Value > 1 ? TLanes.Add(c11, bias1) : default;
            c20 = TRows.Value > 2 ? TLanes.Add(c20, bias0) : default;
            c21 = TRows.Value > 2 && TVectors.Value > 1 ? TLanes.Add(c21, bias1) : default;
            c30 = TRows.Value > 3 ? TLanes.Add(c30, bias0) : default;
            c31 = TRows.Value > 3 && TVectors.Value > 1 ? TLanes.Add(c31, bias1) : default;
            c40 = TRows.Value > 4 ? TLanes.Add(c40, bias0) : default;
            c41 = TRows.Value > 4 && TVectors.Value > 1 ? TLanes.Add(c41, bias1) : default;
            c50 = TRows.Value > 5 ? TLanes.Add(c50, bias0) : default;
            c51 = TRows.Value > 5 && TVectors.Value > 1 ? TLanes.Add(c51, bias1) : default;
            c60 = TRows.Value > 6 ? TLanes.Add(c60, bias0) : default;
            c61 = TRows.Value > 6 && TVectors.Value > 1 ? TLanes.Add(c61, bias1) : default;
            c70 = TRows.Value > 7 ? TLanes.Add(c70, bias0) : default;
            c71 = TRows.Value > 7 && TVectors.Value > 1 ? TLanes.Add(c71, bias1) : default;
            c80 = TRows.Value > 8 ? TLanes.Add(c80, bias0) : default;
            c81 = TRows.Value > 8 && TVectors.Value > 1 ? TLanes.Add(c81, bias1) : default;
            c90 = TRows.Value > 9 ? TLanes.Add(c90, bias0) : default;
            c91 = TRows.Value > 9 && TVectors.Value > 1 ? TLanes.Add(c91, bias1) : default;
            cA0 = TRows.Value > 10 ? TLanes.Add(cA0, bias0) : default;
            cA1 = TRows.Value > 10 && TVectors.Value > 1 ? TLanes.Add(cA1, bias1) : default;
            cB0 = TRows.Value > 11 ? TLanes.Add(cB0, bias0) : default;
            cB1 = TRows.Value > 11 && TVectors.Value > 1 ? TLanes.Add(cB1, bias1) : default;
            cC0 = TRows.Value > 12 ? TLanes.Add(cC0, bias0) : default;
            cC1 = TRows.Value > 12 && TVectors.Value > 1 ? TLanes.Add(cC1, bias1) : default;
            cD0 = TRows.Value > 13 ? TLanes.Add(cD0, bias0) : default;
            cD1 = TRows.Value > 13 && TVectors.Value > 1 ? TLanes.Add(cD1, bias1) : default;
        }

        if (tile->Relu)
        {
            c00 = TLanes.Relu(c00);
            c01 = TVectors.Value > 1 ? TLanes.Relu(c01) : default;
            c10 = TRows.Value > 1 ? TLanes.Relu(c10) : default;
            c11 = TRows.Value > 1 && TVectors.Value > 1 ? TLanes.Relu(c11) : default;
            c20 = TRows.Value > 2 ? TLanes.Relu(c20) : default;
            c21 = TRows.Value > 2 && TVectors.Value > 1 ? TLanes.Relu(c21) : default;
            c30 = TRows.Value > 3 ? TLanes.Relu(c30) : default;
            c31 = TRows.Value > 3 && TVectors.Value > 1 ? TLanes.Relu(c31) : default;
            c40 = TRows.Value > 4 ? TLanes.Relu(c40) : default;
            c41 = TRows.Value > 4 && TVectors.Value > 1 ? TLanes.Relu(c41) : default;
            c50 = TRows.Value > 5 ? TLanes.Relu(c50) : default;
            c51 = TRows.Value > 5 && TVectors.Value > 1 ? TLanes.Relu(c51) : default;
            c60 = TRows.Value > 6 ? TLanes.Relu(c60) : default;
            c61 = TRows.Value > 6 && TVectors.Value > 1 ? TLanes.Relu(c61) : default;
            c70 = TRows.Value > 7 ? TLanes.Relu(c70) : default;
            c71 = TRows.Value > 7 && TVectors.Value > 1 ? TLanes.Relu(c71) : default;
            c80 = TRows.Value > 8 ? TLanes.Relu(c80) : default;
            c81 = TRows.Value > 8 && TVectors.Value > 1 ? TLanes.Relu(c81) : default;
            c90 = TRows.Value > 9 ? TLanes.Relu(c90) : default;
            c91 = TRows.Value > 9 && TVectors.Value > 1 ? TLanes.Relu(c91) : default;
            cA0 = TRows.Value > 10 ? TLanes.Relu(cA0) : default;
            cA1 = TRows.Value > 10 && TVectors.Value > 1 ? TLanes.Relu(cA1) : default;
            cB0 = TRows.Value > 11 ? TLanes.Relu(cB0) : default;
            cB1 = TRows.Value > 11 && TVectors.Value > 1 ? TLanes.Relu(cB1) : default;
            cC0 = TRows.Value > 12 ? TLanes.Relu(cC0) : default;
            cC1 = TRows.Value > 12 && TVectors.Value > 1 ? TLanes.Relu(cC1) : default;
            cD0 = TRows.Value > 13 ? TLanes.Relu(cD0) : default;
            cD1 = TRows.Value > 13 && TVectors.Value > 1 ? TLanes.Relu(cD1) : default;
        }

        T* to = tile->C;
        Store<T, TVector, TLanes, TRows, TVectors, Constant1>(c00, c01, to);
        Store<T, TVector, TLanes, TRows, TVectors, Constant2>(c10, c11, to + cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant3>(c20, c21, to + 2 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant4>(c30, c31, to + 3 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant5>(c40, c41, to + 4 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant6>(c50, c51, to + 5 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant7>(c60, c61, to + 6 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant8>(c70, c71, to + 7 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant9>(c80, c81, to + 8 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant10>(c90, c91, to + 9 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant11>(cA0, cA1, to + 10 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant12>(cB0, cB1, to + 11 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant13>(cC0, cC1, to + 12 * cStep);
        Store<T, TVector, TLanes, TRows, TVectors, Constant14>(cD0, cD1, to + 13 * cStep);
    }

    // The row's number comes as a type too, so that rows beyond the tile fall away.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TVector, TLanes, TRows, TVectors, TRow>(TVector first, TVector second, T* to)
        where T : unmanaged
        where TVector : struct
        where TLanes : ILanes<TVector, T>
        where TRows : IConstant
        where TVectors : IConstant
        where TRow : IConstant
    {
        if (TRow.Value <= TRows.Value)
        {
            TLanes.Store(first, to);
            if (TVectors.Value > 1)
            {
                TLanes.Store(second, to + TLanes.Width);
            }
        }
    }
}
