using Google.Protobuf;
using ModelSessions.Files;
using ModelSessions.Graphs.Importing;
using ModelSessions.Protos;

namespace ModelSessions;

public sealed partial class ModelSession
{
    // What belongs to the base's own training, not to that of what is built on it.
    private static readonly string[] s_notOfBase =
    [
        CollectionKeys.Losses, CollectionKeys.TrainOp, CollectionKeys.GlobalStep, CollectionKeys.Summaries, CollectionKeys.SummaryOp,
        "init_op", "local_init_op", "ready_op", "ready_for_local_init_op", "savers", .. SessionRecord.Keys,
    ];

    // Copies a session's graph into a graph that is still empty.
    private static BaseModel? BringBase(Graph graph, SessionOptions options)
    {
        if (options.Base is not { } given)
        {
            return null;
        }

        ModelSession source = given.Session;
        using Turn turn = source.Alone();
        if (given.Scope.Length == 0)
        {
            throw new ArgumentException("A base model needs a scope, so that its names are apart from the new ones.");
        }

        GraphImport.CheckPrefix(given.Scope, given.Scope);
        MetaGraphImportResult copied = GraphCopy.Into(graph, source.Graph, new GraphCopyOptions { To = given.Scope });
        foreach (string key in s_notOfBase)
        {
            graph.Collections.Remove(key);
        }

        if (source._start is not null)
        {
            // What is run at the start fills the tables, and knows the files.
            graph.Collections.Remove(SavedModelKeys.TableInitializers);
        }

        if (options.Trainable is not null)
        {
            LeaveUntrained(graph);
        }

        return new BaseModel(graph, copied.Scope, source.Binding.InScope(copied.Scope), [.. source.Hyperparameters]);
    }

    // What is not named is not trained. Where nothing of the base is, its updates beside the optimizer's (batch statistics) are none of the
    // new model's either.
    private static void LeaveUntrained(Graph graph)
    {
        bool any = false;
        foreach (string key in graph.Collections.Keys.ToArray())
        {
            if (key is not (CollectionKeys.Variables or CollectionKeys.LocalVariables or CollectionKeys.TrainableVariables))
            {
                continue;
            }

            VariableDef[] variables = [.. graph.Collections.Bytes(key).Select(VariableDef.Parser.ParseFrom)];
            graph.Collections.Remove(key);
            foreach (VariableDef variable in variables)
            {
                variable.Trainable = variable.Trainable && graph.Builder.Trains(Graph.ParseTensorName(variable.VariableName).Operation);
                any |= variable.Trainable;
                if (variable.Trainable || key != CollectionKeys.TrainableVariables)
                {
                    graph.Collections.AddBytes(key, variable.ToByteString());
                }
            }
        }

        if (!any)
        {
            graph.Collections.Remove(CollectionKeys.UpdateOps);
        }
    }

    // The base's values as they are; its tables are filled as it filled them.
    private void TakeValues(ModelSession source, string scope, CancellationToken cancel)
    {
        using Turn turn = source.Alone(cancel);
        _start = source._start is { } start ? $"{scope}/{start}" : null;
        _assets = [.. source._assets.Select(asset => ($"{scope}/{asset.Tensor}", asset.Path))];
        if (_start is not null)
        {
            RunStart(_start, cancel);
        }

        CopyVariables(source, name => $"{scope}/{name}", cancel);
    }

    private void CopyVariables(ModelSession source, Func<string, string> rename, CancellationToken cancel, Action<WorkProgress>? progress = null)
    {
        WorkCounter counter = new(progress, WorkCounter.Sum(source.Variables.Select(Bytes)), WorkUnit.Bytes);
        foreach (VariableInfo variable in source.Engine.Variables.Where(variable => variable.IsInitialized))
        {
            cancel.ThrowIfCancellationRequested();
            source.Engine.LendVariable(variable.Name, value =>
            {
                Engine.WriteVariable(rename(variable.Name), value, cancel);
                counter.Add(value.ByteLength);
            });
        }
    }

    private static List<Hyperparameter> WithThoseOf(BaseModel? baseModel, ModelDefinition definition) =>
    [
        .. definition.Hyperparameters,
        .. (baseModel?.Hyperparameters ?? []).Where(known => !definition.Hyperparameters.Any(own => Hyperparameter.SameName(own.Name, known.Name))),
    ];
}
