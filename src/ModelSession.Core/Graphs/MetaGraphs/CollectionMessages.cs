using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelSessions.Files;
using ModelSessions.Protos;

namespace ModelSessions.Graphs.MetaGraphs;

/// <summary>The collections whose items are messages that name nodes: variables, contexts of conditions and loops, queue runners, savers.</summary>
internal static class CollectionMessages
{
    private static readonly string[] s_variables =
        ["global_step", "local_variables", "metric_variables", "model_variables", "moving_average_variables", "trainable_variables", "variables"];

    /// <summary>Whether the items of a collection describe variables.</summary>
    public static bool AreVariables(string key) => s_variables.Contains(key);

    /// <summary>Whether the items of a collection are messages.</summary>
    public static bool Are(string key) => Parser(key) is not null;

    /// <summary>The message of an item; null if the collection's items are no messages.</summary>
    /// <exception cref="GraphException">The item is damaged.</exception>
    public static IMessage? Parse(string key, ByteString item)
    {
        try
        {
            IMessage? message = Parser(key)?.ParseFrom(item);
            return message is null || Wire.FindBadText(item.Span, message.Descriptor) < 0
                ? message
                : throw new GraphException(StatusCode.DataLoss, $"The collection '{key}' holds an item that is damaged: a text in it is not UTF-8, or leads out of it.");
        }
        catch (Exception error) when (MessageDamage.Is(error))
        {
            throw new GraphException(StatusCode.DataLoss, $"The collection '{key}' holds an item that is damaged: {error.Message}", innerException: error);
        }
    }

    /// <summary>The name that decides in which scope an item lies.</summary>
    public static string NameOf(IMessage message) => message switch
    {
        VariableDef variable => variable.VariableName,
        CondContextDef cond => cond.ContextName,
        WhileContextDef loop => loop.ContextName,
        QueueRunnerDef runner => runner.QueueName,
        SaverDef saver => saver.RestoreOpName,
        _ => throw new ArgumentException($"A {message.Descriptor.Name} is no item of a collection.", nameof(message)),
    };

    /// <summary>The tensors (<c>name:0</c>) and operations that an item cannot do without. Where TensorFlow wants one, also a name that is
    /// left out, which is the name of nothing.</summary>
    public static IEnumerable<string> Needs(IMessage message) => message switch
    {
        VariableDef variable => [variable.VariableName, variable.InitializerName, SnapshotOf(variable), .. Given(variable.InitialValueName)],
        CondContextDef cond => [cond.PredName, cond.PivotName, .. Needs(cond.ValuesDef)],
        WhileContextDef loop =>
        [
            loop.PivotName, loop.PivotForPredName, loop.PivotForBodyName, .. loop.LoopEnterNames, .. loop.LoopExitNames, .. Given(loop.MaximumIterationsName),
            .. Needs(loop.ValuesDef),
        ],
        QueueRunnerDef runner => [runner.QueueName, .. runner.EnqueueOpName, runner.CloseOpName, runner.CancelOpName],
        _ => (string[])[],
    };

    /// <summary>Changes all names in a message.</summary>
    public static void Rename(IMessage message, Func<string, string> rename)
    {
        switch (message)
        {
            case VariableDef variable:
                Rename(variable, rename);
                break;
            case CondContextDef cond:
                Rename(cond, rename);
                break;
            case WhileContextDef loop:
                Rename(loop, rename);
                break;
            case QueueRunnerDef runner:
                runner.QueueName = rename(runner.QueueName);
                Rename(runner.EnqueueOpName, rename);
                runner.CloseOpName = rename(runner.CloseOpName);
                runner.CancelOpName = rename(runner.CancelOpName);
                break;
            case SaverDef saver:
                saver.FilenameTensorName = rename(saver.FilenameTensorName);
                saver.SaveTensorName = rename(saver.SaveTensorName);
                saver.RestoreOpName = rename(saver.RestoreOpName);
                break;
        }
    }

    // A resource variable of an early TensorFlow 1 does not say how it is read.
    private static string SnapshotOf(VariableDef variable) => variable is { SnapshotName.Length: 0, IsResource: true }
        ? Graph.ParseTensorName(variable.VariableName).Operation + "/Read/ReadVariableOp:0"
        : variable.SnapshotName;

    private static IEnumerable<string> Needs(ValuesDef? values) => values is null ? []
        : [.. values.Values.Where(name => !values.ExternalValues.ContainsKey(name)).Select(name => name.Split(':')[0]), .. values.ExternalValues.Values];

    private static IEnumerable<string> Given(string name) => name.Length > 0 ? [name] : [];

    private static MessageParser? Parser(string key) => key switch
    {
        "cond_context" => CondContextDef.Parser,
        "while_context" => WhileContextDef.Parser,
        "queue_runners" => QueueRunnerDef.Parser,
        "savers" => SaverDef.Parser,
        _ => AreVariables(key) ? VariableDef.Parser : null,
    };

    private static void Rename(VariableDef variable, Func<string, string> rename)
    {
        variable.VariableName = rename(variable.VariableName);
        variable.InitialValueName = rename(variable.InitialValueName);
        variable.InitializerName = rename(variable.InitializerName);
        variable.SnapshotName = rename(variable.SnapshotName);
        if (variable.SaveSliceInfoDef is { } slice)
        {
            slice.FullName = rename(slice.FullName);
        }
    }

    private static void Rename(CondContextDef cond, Func<string, string> rename)
    {
        cond.ContextName = rename(cond.ContextName);
        cond.PredName = rename(cond.PredName);
        cond.PivotName = rename(cond.PivotName);
        Rename(cond.ValuesDef, cond.NestedContexts, rename);
    }

    private static void Rename(WhileContextDef loop, Func<string, string> rename)
    {
        loop.ContextName = rename(loop.ContextName);
        loop.PivotName = rename(loop.PivotName);
        loop.PivotForPredName = rename(loop.PivotForPredName);
        loop.PivotForBodyName = rename(loop.PivotForBodyName);
        loop.MaximumIterationsName = rename(loop.MaximumIterationsName);
        Rename(loop.LoopEnterNames, rename);
        Rename(loop.LoopExitNames, rename);
        Rename(loop.ValuesDef, loop.NestedContexts, rename);
    }

    // Contexts nest no deeper than the parser lets messages nest.
    private static void Rename(ValuesDef? values, RepeatedField<ControlFlowContextDef> nested, Func<string, string> rename)
    {
        if (values is not null)
        {
            Rename(values.Values, rename);
            KeyValuePair<string, string>[] external = [.. values.ExternalValues];
            values.ExternalValues.Clear();
            foreach ((string inner, string outer) in external)
            {
                values.ExternalValues[rename(inner)] = rename(outer);
            }
        }

        foreach (ControlFlowContextDef context in nested)
        {
            Rename(context.CtxtCase == ControlFlowContextDef.CtxtOneofCase.CondCtxt ? context.CondCtxt : context.WhileCtxt, rename);
        }
    }

    private static void Rename(RepeatedField<string> names, Func<string, string> rename)
    {
        for (int i = 0; i < names.Count; i++)
        {
            names[i] = rename(names[i]);
        }
    }
}
