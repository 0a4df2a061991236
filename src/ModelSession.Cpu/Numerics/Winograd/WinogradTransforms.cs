using System.Runtime.CompilerServices;

namespace ModelSessions.Cpu.Numerics;

/// <summary>From tiles to points and back, one vector of channels at a time, in one dimension after the other.</summary>
internal static unsafe class WinogradTransforms<T, TVector, TLanes>
    where T : unmanaged
    where TVector : struct
    where TLanes : ILanes<TVector, T>
{
    private const int Points = WinogradPoints.Count;
    private const double A = WinogradPoints.A;
    private const double B = WinogradPoints.B;

    /// <summary>Elements of scratch memory that a transform needs.</summary>
    public static int ScratchLength => 2 * WinogradPoints.Square * TLanes.Width;

    /// <summary>The values of a 6 × 6 tile of inputs at the points.</summary>
    /// <param name="tile">The first pixel.</param>
    /// <param name="rowStep">From one row to the next.</param>
    /// <param name="pixelStep">From one pixel to the next.</param>
    /// <param name="channels">A multiple of the vector's width.</param>
    /// <param name="values">The values at the first point.</param>
    /// <param name="pointStep">From one point to the next.</param>
    /// <param name="scratch">Memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(T* tile, nint rowStep, nint pixelStep, int channels, T* values, nint pointStep, T* scratch)
    {
        for (int channel = 0; channel < channels; channel += TLanes.Width)
        {
            for (int column = 0; column < Points; column++)
            {
                Input(tile + channel + column * pixelStep, rowStep, scratch + column * TLanes.Width, Points * TLanes.Width);
            }

            for (int row = 0; row < Points; row++)
            {
                Input(scratch + row * Points * TLanes.Width, TLanes.Width, values + channel + row * Points * pointStep, pointStep);
            }
        }
    }

    /// <summary>The outputs of a tile from the values of their polynomial at the points.</summary>
    /// <param name="values">The values at the first point, one vector each.</param>
    /// <param name="pointStep">From one point to the next.</param>
    /// <param name="outputs">Receives the outputs, one vector each.</param>
    /// <param name="scratch">Memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output<TSize>(T* values, nint pointStep, T* outputs, T* scratch)
        where TSize : IConstant
    {
        for (int column = 0; column < Points; column++)
        {
            Output<TSize>(values + column * pointStep, Points * pointStep, scratch + column * TLanes.Width, Points * TLanes.Width);
        }

        for (int row = 0; row < TSize.Value; row++)
        {
            Output<TSize>(scratch + row * Points * TLanes.Width, TLanes.Width, outputs + row * TSize.Value * TLanes.Width, TLanes.Width);
        }
    }

    /// <summary>The transposition of what gives the outputs: from the gradients of a tile's outputs to those of the values.</summary>
    /// <param name="outputs">The gradients, one vector each.</param>
    /// <param name="values">Receives those at the first point.</param>
    /// <param name="pointStep">From one point to the next.</param>
    /// <param name="scratch">Memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread<TSize>(T* outputs, T* values, nint pointStep, T* scratch)
        where TSize : IConstant
    {
        for (int column = 0; column < TSize.Value; column++)
        {
            Spread<TSize>(outputs + column * TLanes.Width, TSize.Value * TLanes.Width, scratch + column * TLanes.Width, TSize.Value * TLanes.Width);
        }

        for (int row = 0; row < Points; row++)
        {
            Spread<TSize>(scratch + row * TSize.Value * TLanes.Width, TLanes.Width, values + row * Points * pointStep, pointStep);
        }
    }

    // Rows of the matrix are the coefficients of the products of (x - p) over all points p but one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Input(T* from, nint fromStep, T* to, nint toStep)
    {
        TVector d0 = TLanes.Load(from);
        TVector d1 = TLanes.Load(from + fromStep);
        TVector d2 = TLanes.Load(from + 2 * fromStep);
        TVector d3 = TLanes.Load(from + 3 * fromStep);
        TVector d4 = TLanes.Load(from + 4 * fromStep);
        TVector d5 = TLanes.Load(from + 5 * fromStep);
        TVector sum = TLanes.Create(-(A * A + B * B));
        TVector product = TLanes.Create(A * A * B * B);
        TLanes.Store(TLanes.MultiplyAdd(sum, d2, TLanes.MultiplyAdd(product, d0, d4)), to);
        TVector even = TLanes.MultiplyAdd(TLanes.Create(-B * B), d2, d4);
        TVector odd = TLanes.MultiplyAdd(TLanes.Create(-B * B), d1, d3);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A), odd, even), to + toStep);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(-A), odd, even), to + 2 * toStep);
        even = TLanes.MultiplyAdd(TLanes.Create(-A * A), d2, d4);
        odd = TLanes.MultiplyAdd(TLanes.Create(-A * A), d1, d3);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(B), odd, even), to + 3 * toStep);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(-B), odd, even), to + 4 * toStep);
        TLanes.Store(TLanes.MultiplyAdd(sum, d3, TLanes.MultiplyAdd(product, d1, d5)), to + 5 * toStep);
    }

    // Output i is the sum of the values times the points to the power i; infinity counts for the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Output<TSize>(T* from, nint fromStep, T* to, nint toStep)
        where TSize : IConstant
    {
        TVector v1 = TLanes.Load(from + fromStep);
        TVector v2 = TLanes.Load(from + 2 * fromStep);
        TVector v3 = TLanes.Load(from + 3 * fromStep);
        TVector v4 = TLanes.Load(from + 4 * fromStep);
        TVector infinity = TLanes.Load(from + 5 * fromStep);
        TVector minus = TLanes.Create(-1);
        TVector evenA = TLanes.Add(v1, v2);
        TVector evenB = TLanes.Add(v3, v4);
        TVector oddA = TLanes.MultiplyAdd(minus, v2, v1);
        TVector oddB = TLanes.MultiplyAdd(minus, v4, v3);
        TLanes.Store(TLanes.Add(TLanes.Load(from), TLanes.Add(evenA, evenB)), to);
        if (TSize.Value == 2)
        {
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A), oddA, TLanes.MultiplyAdd(TLanes.Create(B), oddB, infinity)), to + toStep);
        }
        else
        {
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A), oddA, TLanes.Multiply(TLanes.Create(B), oddB)), to + toStep);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A * A), evenA, TLanes.Multiply(TLanes.Create(B * B), evenB)), to + 2 * toStep);
            TVector last = TLanes.MultiplyAdd(TLanes.Create(B * B * B), oddB, infinity);
            TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A * A * A), oddA, last), to + 3 * toStep);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread<TSize>(T* from, nint fromStep, T* to, nint toStep)
        where TSize : IConstant
    {
        TVector y0 = TLanes.Load(from);
        TVector y1 = TLanes.Load(from + fromStep);
        TVector y2 = TSize.Value == 4 ? TLanes.Load(from + 2 * fromStep) : default;
        TVector y3 = TSize.Value == 4 ? TLanes.Load(from + 3 * fromStep) : default;
        TLanes.Store(y0, to);
        TVector even = TSize.Value == 4 ? TLanes.MultiplyAdd(TLanes.Create(A * A), y2, y0) : y0;
        TVector odd = TSize.Value == 4 ? TLanes.MultiplyAdd(TLanes.Create(A * A), y3, y1) : y1;
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(A), odd, even), to + toStep);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(-A), odd, even), to + 2 * toStep);
        even = TSize.Value == 4 ? TLanes.MultiplyAdd(TLanes.Create(B * B), y2, y0) : y0;
        odd = TSize.Value == 4 ? TLanes.MultiplyAdd(TLanes.Create(B * B), y3, y1) : y1;
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(B), odd, even), to + 3 * toStep);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Create(-B), odd, even), to + 4 * toStep);
        TLanes.Store(TSize.Value == 4 ? y3 : y1, to + 5 * toStep);
    }
}
