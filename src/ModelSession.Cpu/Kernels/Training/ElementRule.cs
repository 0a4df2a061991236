using System.Numerics;

namespace ModelSessions.Cpu.Kernels.Training;

/// <summary>One optimizer's step of one element.</summary>
internal interface IElementRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Changes an element of the variable and of its slots.</summary>
    void Step(ref T variable, ref T first, ref T second, ref T third, T gradient);
}

/// <summary>A step of many elements, one after another.</summary>
internal readonly struct Each<TRule, T>(TRule rule) : IUpdateRule<T>
    where TRule : struct, IElementRule<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    public void Apply(Span<T> variable, Slots<T> slots, ReadOnlySpan<T> gradient)
    {
        T none = default;
        for (int i = 0; i < variable.Length; i++)
        {
            rule.Step(
                ref variable[i],
                ref slots.First.IsEmpty ? ref none : ref slots.First[i],
                ref slots.Second.IsEmpty ? ref none : ref slots.Second[i],
                ref slots.Third.IsEmpty ? ref none : ref slots.Third[i],
                gradient[i]);
        }
    }
}
