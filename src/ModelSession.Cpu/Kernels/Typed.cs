using System.Numerics;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Makes a generic kernel for the element type of a node.</summary>
internal static class Typed
{
    public static Kernel Number<TKernel>(GraphOperation node, DType dtype)
        where TKernel : INumberKernel => dtype switch
        {
            DType.Float32 => TKernel.Create<float>(node),
            DType.Float64 => TKernel.Create<double>(node),
            DType.Float16 or DType.BFloat16 => NarrowFloats.Wrap(TKernel.Create<float>(node), dtype),
            DType.Int32 or DType.QInt32 => TKernel.Create<int>(node),
            DType.Int64 => TKernel.Create<long>(node),
            DType.Int8 or DType.QInt8 => TKernel.Create<sbyte>(node),
            DType.Int16 or DType.QInt16 => TKernel.Create<short>(node),
            DType.UInt8 or DType.QUInt8 => TKernel.Create<byte>(node),
            DType.UInt16 or DType.QUInt16 => TKernel.Create<ushort>(node),
            DType.UInt32 => TKernel.Create<uint>(node),
            DType.UInt64 => TKernel.Create<ulong>(node),
            _ => throw Unfit(node, dtype),
        };

    public static Kernel Ring<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IRingKernel => dtype switch
        {
            DType.Complex64 => NarrowFloats.Wrap(TKernel.Create<Complex>(node), dtype),
            DType.Complex128 => TKernel.Create<Complex>(node),
            DType.Float32 => TKernel.Create<float>(node),
            DType.Float64 => TKernel.Create<double>(node),
            DType.Float16 or DType.BFloat16 => NarrowFloats.Wrap(TKernel.Create<float>(node), dtype),
            DType.Int32 => TKernel.Create<int>(node),
            DType.Int64 => TKernel.Create<long>(node),
            DType.Int8 => TKernel.Create<sbyte>(node),
            DType.Int16 or DType.QInt16 => TKernel.Create<short>(node),
            DType.UInt8 => TKernel.Create<byte>(node),
            DType.UInt16 or DType.QUInt16 => TKernel.Create<ushort>(node),
            DType.UInt32 => TKernel.Create<uint>(node),
            DType.UInt64 => TKernel.Create<ulong>(node),
            _ => throw Unfit(node, dtype),
        };

    /// <summary>A kernel that does to the parts of complex numbers what it does to numbers.</summary>
    public static Kernel Parts<TKernel>(GraphOperation node, DType dtype)
        where TKernel : INumberKernel => dtype switch
        {
            DType.Complex64 => TKernel.Create<float>(node),
            DType.Complex128 => TKernel.Create<double>(node),
            _ => Number<TKernel>(node, dtype),
        };

    public static Kernel Float<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IFloatKernel => dtype switch
        {
            DType.Float32 => TKernel.Create<float>(node),
            DType.Float64 => TKernel.Create<double>(node),
            DType.Float16 or DType.BFloat16 => NarrowFloats.Wrap(TKernel.Create<float>(node), dtype),
            _ => throw Unfit(node, dtype),
        };

    public static Kernel Integer<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IIntegerKernel => dtype switch
        {
            DType.Int32 => TKernel.Create<int>(node),
            DType.Int64 => TKernel.Create<long>(node),
            DType.Int8 => TKernel.Create<sbyte>(node),
            DType.Int16 => TKernel.Create<short>(node),
            DType.UInt8 => TKernel.Create<byte>(node),
            DType.UInt16 => TKernel.Create<ushort>(node),
            DType.UInt32 => TKernel.Create<uint>(node),
            DType.UInt64 => TKernel.Create<ulong>(node),
            _ => throw Unfit(node, dtype),
        };

    public static Kernel Element<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IElementKernel => (dtype.IsObject() ? 0 : dtype.Size()) switch
        {
            0 => TKernel.Create<object?>(node),
            1 => TKernel.Create<byte>(node),
            2 => TKernel.Create<ushort>(node),
            4 => TKernel.Create<uint>(node),
            8 => TKernel.Create<ulong>(node),
            16 => TKernel.Create<UInt128>(node),
            _ => throw Unfit(node, dtype),
        };

    /// <summary>A kernel that changes variables in place, and itself widens narrow floats for it.</summary>
    public static Kernel Update<TKernel>(GraphOperation node, DType dtype)
        where TKernel : INumberKernel =>
            dtype is DType.Float16 or DType.BFloat16 ? TKernel.Create<float>(node) : Number<TKernel>(node, dtype);

    /// <summary>A kernel that changes variables in place, and itself widens narrow numbers for it.</summary>
    public static Kernel RingUpdate<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IRingKernel => dtype switch
        {
            DType.Float16 or DType.BFloat16 => TKernel.Create<float>(node),
            DType.Complex64 => TKernel.Create<Complex>(node),
            _ => Ring<TKernel>(node, dtype),
        };

    /// <summary>A kernel that changes variables in place, and itself widens narrow floats for it.</summary>
    public static Kernel FloatUpdate<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IFloatKernel =>
            dtype is DType.Float16 or DType.BFloat16 ? TKernel.Create<float>(node) : Float<TKernel>(node, dtype);

    public static Kernel Storage<TKernel>(GraphOperation node, DType dtype)
        where TKernel : IStorageKernel => dtype switch
        {
            DType.Float32 => TKernel.Create<float>(node),
            DType.Float64 => TKernel.Create<double>(node),
            DType.Float16 => TKernel.Create<Half>(node),
            DType.BFloat16 => TKernel.Create<BFloat16>(node),
            DType.Complex64 => TKernel.Create<Complex64>(node),
            DType.Complex128 => TKernel.Create<System.Numerics.Complex>(node),
            DType.Int32 => TKernel.Create<int>(node),
            DType.Int64 => TKernel.Create<long>(node),
            DType.Int8 => TKernel.Create<sbyte>(node),
            DType.Int16 => TKernel.Create<short>(node),
            DType.UInt8 => TKernel.Create<byte>(node),
            DType.UInt16 => TKernel.Create<ushort>(node),
            DType.UInt32 => TKernel.Create<uint>(node),
            DType.UInt64 => TKernel.Create<ulong>(node),
            _ => throw Unfit(node, dtype),
        };

    private static InvalidOperationException Unfit(GraphOperation node, DType dtype) =>
        new($"{node.Type} is registered for {dtype.Name()}, for which its kernel cannot be made.");
}
