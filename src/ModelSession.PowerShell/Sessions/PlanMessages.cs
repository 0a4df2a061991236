using System.Management.Automation;

namespace ModelSessions.PowerShell;

/// <summary>Tells with -Debug what was run: the plans that a session's engine made and used while a cmdlet worked on it.</summary>
internal sealed class PlanMessages
{
    private readonly ModelSession _session;
    private readonly Dictionary<IRunPlan, long> _runs;

    private PlanMessages(ModelSession session, Dictionary<IRunPlan, long> runs) => (_session, _runs) = (session, runs);

    /// <summary>Begins to watch a session that is open; null where nobody wants to know.</summary>
    public static PlanMessages? Watch(PSCmdlet cmdlet, ModelSession? session) =>
        session is { IsDisposed: false } && IsWanted(cmdlet) ? new PlanMessages(session, session.Engine.Plans.ToDictionary(plan => plan, plan => plan.Runs)) : null;

    /// <summary>Tells what a session that is new has run so far.</summary>
    public static void TellAll(PSCmdlet cmdlet, ModelSession session)
    {
        if (IsWanted(cmdlet))
        {
            new PlanMessages(session, []).Tell(cmdlet);
        }
    }

    /// <summary>Tells what was run since.</summary>
    public void Tell(PSCmdlet cmdlet)
    {
        if (_session.IsDisposed)
        {
            return;
        }

        foreach (IRunPlan plan in _session.Engine.Plans)
        {
            long runs = plan.Runs - _runs.GetValueOrDefault(plan);
            if (runs > 0)
            {
                cmdlet.WriteDebug($"{_session}: {(runs == 1 ? "one run" : $"{runs:n0} runs")} of {plan.Describe()}");
            }
        }
    }

    private static bool IsWanted(PSCmdlet cmdlet) => cmdlet.MyInvocation.BoundParameters.TryGetValue("Debug", out object? given)
        ? given is SwitchParameter { IsPresent: true }
        : cmdlet.GetVariableValue("DebugPreference")?.ToString() is { } and not (nameof(ActionPreference.SilentlyContinue) or nameof(ActionPreference.Ignore));
}
