namespace ModelSessions.Cpu.Numerics;

/// <summary>Waiting for another thread without giving up the processor at first.</summary>
internal static class Spin
{
    private const int BeforeYield = 2000;

    /// <summary>A short pause; from some rounds on, other threads may run.</summary>
    public static void Wait(int round)
    {
        if (round < BeforeYield || round % 64 != 0)
        {
            Thread.SpinWait(1);
        }
        else
        {
            Thread.Yield();
        }
    }
}
