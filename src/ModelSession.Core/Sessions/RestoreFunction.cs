using System.Globalization;
using ModelSessions.Graphs.Transforms;
using ModelSessions.Protos;

namespace ModelSessions;

/// <summary>What a function restores: TensorFlow 2 puts the restore of a SavedModel into one, and calls it with the variables' handles.</summary>
internal static class RestoreFunction
{
    /// <summary>Whether an operation calls a function.</summary>
    public static bool IsCall(GraphOperation operation) => operation.Type is "PartitionedCall" or "StatefulPartitionedCall";

    /// <summary>The variables that a call assigns from a checkpoint, with their names there; none if it is no such call.</summary>
    public static IEnumerable<SavedVariable> Assigned(GraphOperation call)
    {
        if (!IsCall(call) || !call.Attributes.TryGetValue("f", out AttrValue? attribute)
            || call.Graph.Library.Function.FirstOrDefault(function => function.Signature.Name == attribute.Func?.Name) is not { } function)
        {
            yield break;
        }

        Dictionary<string, NodeDef> nodes = function.NodeDef.DistinctBy(node => node.Name).ToDictionary(node => node.Name, StringComparer.Ordinal);
        string[] arguments = [.. function.Signature.InputArg.Select(argument => argument.Name)];
        foreach (NodeDef assignment in function.NodeDef.Where(node => node.Op == "AssignVariableOp" && node.Input.Count >= 2))
        {
            int argument = Array.IndexOf(arguments, Source(nodes, assignment.Input[0]));
            if (argument >= 0 && argument < call.Inputs.Count && Key(nodes, Source(nodes, assignment.Input[1])) is { } key)
            {
                yield return new SavedVariable(Variable(call.Inputs[argument]), key);
            }
        }
    }

    private static string Variable(GraphTensor handle)
    {
        while (handle.Operation.Type == "Identity")
        {
            handle = handle.Operation.Inputs[0];
        }

        return handle.Operation.Name;
    }

    // Where an input comes from, through nodes that only pass it on; a walk of as many steps as there are nodes has gone round.
    private static string Source(Dictionary<string, NodeDef> nodes, string input)
    {
        for (int steps = 0; steps <= nodes.Count && nodes.TryGetValue(Producer(input), out NodeDef? node) && node.Op is "Identity" or "Reshape" && node.Input.Count > 0; steps++)
        {
            input = node.Input[0];
        }

        return input;
    }

    // 'RestoreV2:tensors:3' is the fourth name that the restore is given.
    private static string? Key(Dictionary<string, NodeDef> nodes, string input)
    {
        string[] parts = input.Split(':');
        if (parts.Length != 3 || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || !nodes.TryGetValue(parts[0], out NodeDef? restore) || restore.Op != "RestoreV2" || restore.Input.Count < 2
            || !nodes.TryGetValue(Producer(restore.Input[1]), out NodeDef? names) || names.Op != "Const" || !names.Attr.TryGetValue("value", out AttrValue? value) || value.Tensor is null)
        {
            return null;
        }

        Tensor keys = TensorCodec.Parse(value.Tensor);
        return keys.DType == DType.String && number < keys.ElementCount ? keys.StringAt(number) : null;
    }

    private static string Producer(string input) => NodeInput.IsControl(input) ? "" : input.Split(':')[0];
}
