using System.Runtime.Intrinsics;

namespace ModelSessions.Cpu.Numerics;

/// <summary>Something to be done with the widest vectors that this processor is fast with.</summary>
internal interface IVectorAction
{
    /// <summary>Does it.</summary>
    void Run<T, TVector, TLanes>()
        where T : unmanaged
        where TVector : struct
        where TLanes : ILanes<TVector, T>;
}

/// <summary>The choice of a vector type. The runtime knows the answer when it compiles, so nothing is left of the questions.</summary>
internal static class VectorWidth
{
    /// <summary>Does an action for <typeparamref name="T"/>, float or double.</summary>
    public static void Run<T, TAction>(TAction action)
        where T : unmanaged
        where TAction : struct, IVectorAction, allows ref struct
    {
        if (typeof(T) == typeof(float))
        {
            RunSingle(action);
        }
        else if (typeof(T) == typeof(double))
        {
            RunDouble(action);
        }
        else
        {
            throw new NotSupportedException($"There are no vectors of {typeof(T).Name}.");
        }
    }

    private static void RunSingle<TAction>(TAction action)
        where TAction : struct, IVectorAction, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated)
        {
            action.Run<float, Vector512<float>, Lanes512Single>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            action.Run<float, Vector256<float>, Lanes256Single>();
        }
        else
        {
            action.Run<float, Vector128<float>, Lanes128Single>();
        }
    }

    private static void RunDouble<TAction>(TAction action)
        where TAction : struct, IVectorAction, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated)
        {
            action.Run<double, Vector512<double>, Lanes512Double>();
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            action.Run<double, Vector256<double>, Lanes256Double>();
        }
        else
        {
            action.Run<double, Vector128<double>, Lanes128Double>();
        }
    }
}
