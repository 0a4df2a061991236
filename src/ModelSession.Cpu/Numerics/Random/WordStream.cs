namespace ModelSessions.Cpu.Numerics.Random;

/// <summary>The words of a stream one after another, for what draws a number now and then.</summary>
internal sealed class WordStream(Philox stream)
{
    private Philox.Words _words;
    private ulong _next;

    public uint Next()
    {
        if (_next % 4 == 0)
        {
            _words = stream.Block(_next / 4);
        }

        return (_next++ % 4) switch { 0 => _words.X0, 1 => _words.X1, 2 => _words.X2, _ => _words.X3 };
    }
}
