using System.Globalization;
using System.Text;
using ModelSessions.Cpu.Execution;

namespace ModelSessions.Cpu.Planning;

/// <summary>Tells people what a plan does.</summary>
internal static class PlanText
{
    public static string Of(RunSignature signature, Routine routine)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{signature}: {routine.NodeCount:n0} nodes as {routine.Steps.Length:n0} steps, {routine.Constants.Length:n0} constants computed ahead, {routine.Fusions.Count:n0} fusions");
        if (routine.FirstWrite < routine.Steps.Length)
        {
            text.Append(CultureInfo.InvariantCulture, $"; variables are written from step {routine.FirstWrite + 1:n0} on");
        }

        int number = 0;
        foreach (Step step in routine.Steps)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{++number,5}  {Line(step, routine)}");
        }

        return text.ToString();
    }

    private static string Line(Step step, Routine routine) => step.Kind == StepKind.Loop
        ? $"loop of {step.Inner.Count} steps, from {step.Node.Name}"
        : routine.Fusions.TryGetValue(step.Node, out Fusion? fusion)
            ? $"{fusion.Head.Type} {fusion.Head.Name} + {fusion.Bias.Name} -> {step.Node.Type} {step.Node.Name}"
            : $"{step.Node.Type} {step.Node.Name}";
}
