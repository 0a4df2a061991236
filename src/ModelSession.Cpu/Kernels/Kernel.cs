using System.Numerics;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Kernels;

/// <summary>Runs one node once: reads its inputs, sets its outputs.</summary>
internal delegate void Kernel(KernelContext context);

/// <summary>Makes the kernel of a node for a session; reads attributes once, so that runs need not.</summary>
internal delegate Kernel KernelFactory(GraphOperation node, CpuSession session);

/// <summary>A kernel written once for all real numbers.</summary>
internal interface INumberKernel
{
    static abstract Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;
}

/// <summary>A kernel written once for floating-point numbers.</summary>
internal interface IFloatKernel
{
    static abstract Kernel Create<T>(GraphOperation node)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>;
}

/// <summary>A kernel written once for whole numbers.</summary>
internal interface IIntegerKernel
{
    static abstract Kernel Create<T>(GraphOperation node)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>;
}

/// <summary>A kernel written once for all that can be added and multiplied, complex numbers too.</summary>
internal interface IRingKernel
{
    static abstract Kernel Create<T>(GraphOperation node)
        where T : unmanaged, INumberBase<T>;
}

/// <summary>A kernel that only moves elements: made for an element of 1, 2, 4, 8 or 16 bytes and for objects.</summary>
internal interface IElementKernel
{
    static abstract Kernel Create<T>(GraphOperation node);
}

/// <summary>A kernel over numerics that take each element type as it is stored, the narrow floats too.</summary>
internal interface IStorageKernel
{
    static abstract Kernel Create<T>(GraphOperation node)
        where T : unmanaged;
}
