using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>512 bits of float.</summary>
internal readonly unsafe struct Lanes512Single : ILanes<Vector512<float>, float>
{
    public static int Width => Vector512<float>.Count;

    public static int TileRows => 14;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float* from) => Vector512.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Create(double value) => Vector512.Create((float)value);

    public static float ToScalar(double value) => (float)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> value, float* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> x, Vector512<float> y, Vector512<float> sum) =>
        Vector512.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> x, Vector512<float> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> x, Vector512<float> y) => x + y;

    public static float MultiplyAdd(float x, float y, float sum) => SingleMath.MultiplyAdd(x, y, sum);

    public static float Add(float x, float y) => x + y;

    public static float Relu(float x) => SingleMath.Relu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Relu(Vector512<float> x) => Vector512.Max(x, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> x) => Vector512.Sum(x);
}

/// <summary>512 bits of double.</summary>
internal readonly unsafe struct Lanes512Double : ILanes<Vector512<double>, double>
{
    public static int Width => Vector512<double>.Count;

    public static int TileRows => 14;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast(double* from) => Vector512.Create(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Create(double value) => Vector512.Create(value);

    public static double ToScalar(double value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, double* to) => value.Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> MultiplyAdd(Vector512<double> x, Vector512<double> y, Vector512<double> sum) =>
        Vector512.MultiplyAddEstimate(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> x, Vector512<double> y) => x * y;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> x, Vector512<double> y) => x + y;

    public static double MultiplyAdd(double x, double y, double sum) => DoubleMath.MultiplyAdd(x, y, sum);

    public static double Add(double x, double y) => x + y;

    public static double Relu(double x) => DoubleMath.Relu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Relu(Vector512<double> x) => Vector512.Max(x, Vector512<double>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<double> x) => Vector512.Sum(x);
}
