using System.Runtime.InteropServices;

namespace ModelSessions.Examples.Mnist;

/// <summary>Ctrl+C as a token: work ends in an orderly way.</summary>
internal sealed class Interrupt : IDisposable
{
    /// <summary>What a shell gives a command that Ctrl+C ended: 128 + SIGINT.</summary>
    public const int ExitCode = 130;

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration _keyboard;
    private readonly PosixSignalRegistration _terminate;

    public Interrupt()
    {
        _keyboard = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _keyboard.Dispose();
        _terminate.Dispose();
        _source.Dispose();
    }

    private void Cancel(PosixSignalContext context)
    {
        context.Cancel = true;
        _source.Cancel();
    }
}
