using System.Runtime.InteropServices;

namespace ModelSessions.PowerShell;

/// <summary>Sees to it that a script whose training was ended by SIGINT does not end with 0, as if all had gone well: <c>pwsh -File</c> takes Ctrl+C for
/// no failure. Where somebody sits at a prompt, Ctrl+C ends one command, and nothing is said of the process.</summary>
internal sealed class InterruptedExit : IDisposable
{
    private const int ExitCode = 128 + 2;

    private static int s_isSet;

    // What becomes of the pipeline is the host's.
    private readonly PosixSignalRegistration _registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => Set());

    /// <summary>The training has ended.</summary>
    public void Dispose() => _registration.Dispose();

    private static void Set()
    {
        if (Interlocked.Exchange(ref s_isSet, 1) == 0)
        {
            // The script's own exit code, and what its finally blocks do, are left to it.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Environment.ExitCode = Environment.ExitCode == 0 ? ExitCode : Environment.ExitCode;
        }
    }
}
