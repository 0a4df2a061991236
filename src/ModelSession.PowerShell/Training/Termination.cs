using System.Runtime.InteropServices;

namespace ModelSessions.PowerShell;

/// <summary>Lets a training end in order when the process is asked to go (SIGTERM: a service is stopped, a machine shut down), so that it can save what was
/// learnt; the process goes after that.</summary>
internal sealed class Termination : IDisposable
{
    private const int ExitCode = 128 + 15;

    private readonly PosixSignalRegistration _registration;
    private volatile bool _asked;

    /// <param name="stop">Ends the training.</param>
    public Termination(CancellationTokenSource stop) => _registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
    {
        signal.Cancel = true;
        _asked = true;
        stop.Cancel();
    });

    /// <summary>The training has ended: goes on with what was put off.</summary>
    public void Dispose()
    {
        _registration.Dispose();
        if (_asked)
        {
            Environment.Exit(ExitCode);
        }
    }
}
