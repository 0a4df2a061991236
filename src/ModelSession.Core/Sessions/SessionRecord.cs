using System.Text;
using System.Text.Json;
using Google.Protobuf;
using ModelSessions.Data;
using ModelSessions.Training;

namespace ModelSessions;

/// <summary>What a MetaGraph carries of a session, as bytes collections of JSON: definition, binding, hyperparameters, data.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Parameters">Its structural parameters.</param>
/// <param name="Seed">The seed of the session that made it; null in a graph of TensorFlow's.</param>
/// <param name="Binding">Which tensor has which role.</param>
/// <param name="Hyperparameters">What is fed at each call.</param>
internal sealed record SessionRecord(string Name, ModelParameters Parameters, int? Seed, Binding Binding, IReadOnlyList<Hyperparameter> Hyperparameters)
{
    private const string DefinitionKey = "model_session/definition";
    private const string BindingKey = "model_session/binding";
    private const string HyperparametersKey = "model_session/hyperparameters";
    private const string DataKey = "model_session/data";

    /// <summary>The collections that hold it.</summary>
    public static IReadOnlyList<string> Keys { get; } = [DefinitionKey, BindingKey, HyperparametersKey, DataKey];

    /// <summary>Of a graph that nothing is known of.</summary>
    public static SessionRecord Empty => new("", new ModelParameters([]), null, new Binding(), []);

    /// <summary>What the model's classes are called, in the order of their numbers; empty if it has none.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>How raw data become the model's input; null if that is not known.</summary>
    public DataContract? Contract { get; init; }

    /// <summary>The training history as JSON; null if there is none. Only written: whoever reads a graph may have none of its values.</summary>
    public string? History { get; init; }

    /// <summary>Puts the record into a graph's collections, in place of an older one.</summary>
    public void WriteTo(GraphCollections collections)
    {
        Put(collections, DefinitionKey, Json(writer =>
        {
            writer.WriteString("name", Name);
            writer.WriteStartObject("structure");
            foreach ((string name, object value) in Parameters)
            {
                ModelParameters.Write(writer, name, value);
            }

            writer.WriteEndObject();
            if (Seed is { } seed)
            {
                writer.WriteNumber("seed", seed);
            }

            if (ClassNames.Count > 0)
            {
                writer.WriteStartArray("classes");
                foreach (string name in ClassNames)
                {
                    writer.WriteStringValue(name);
                }

                writer.WriteEndArray();
            }
        }));
        Put(collections, BindingKey, Binding.ToJson());
        Put(collections, HistoryJson.Key, History);
        Put(collections, HyperparametersKey, Json(writer =>
        {
            foreach (Hyperparameter hyperparameter in Hyperparameters)
            {
                writer.WriteStartObject(hyperparameter.Name);
                WriteValue(writer, "training", hyperparameter.Training);
                WriteValue(writer, "evaluation", hyperparameter.Evaluation);
                writer.WriteEndObject();
            }
        }));
        collections.Remove(DataKey);
        if (Contract is { } contract)
        {
            Put(collections, DataKey, Json(writer => DataContractJson.Write(writer, contract)));
        }
    }

    /// <summary>The record in a graph's collections; one of a graph that nothing is known of, if there is none.</summary>
    /// <exception cref="GraphException">A collection is damaged.</exception>
    public static SessionRecord Of(Graph graph) => Read(graph.Collections) ?? Empty;

    /// <summary>Reads the record from a graph's collections; null if there is none. Of several, which imports in scopes have left, the one
    /// without a scope is the graph's; the bindings of the others are in it under their scopes (<c>m1.inputs</c>).</summary>
    /// <exception cref="GraphException">A collection is damaged.</exception>
    public static SessionRecord? Read(GraphCollections collections)
    {
        IReadOnlyList<ScopedJson> bindings = ScopedJson.All(collections, BindingKey);
        if (bindings.Count == 0)
        {
            return null;
        }

        ScopedJson? own = bindings.Count == 1 ? bindings[0] : bindings.Where(binding => binding.Scope.Length == 0).Select(binding => (ScopedJson?)binding).FirstOrDefault();
        SessionRecord record = own is { } first ? Read(collections, first) : Empty with { Binding = new Binding() };
        foreach (ScopedJson other in bindings.Where(binding => binding != own))
        {
            string key = other.Scope.Length > 0 ? other.Scope : "model";
            while (record.Binding.Keys.Contains(key))
            {
                key += "_";
            }

            record.Binding.SetPlain(key, Binding.FromJson(other.Text).InScope(other.Scope));
        }

        return record;
    }

    private static SessionRecord Read(GraphCollections collections, ScopedJson binding)
    {
        using JsonDocument definition = Parse(Text(collections, DefinitionKey, binding.Scope), DefinitionKey);
        using JsonDocument hyperparameters = Parse(Text(collections, HyperparametersKey, binding.Scope), HyperparametersKey);
        Binding bound = Binding.FromJson(binding.Text);
        JsonElement root = definition.RootElement;
        return new SessionRecord(
            root.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : "",
            new ModelParameters(root.TryGetProperty("structure", out JsonElement structure) && structure.ValueKind == JsonValueKind.Object
                ? structure.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, ModelParameters.Read(property.Value)))
                : []),
            root.TryGetProperty("seed", out JsonElement seed) && seed.TryGetInt32(out int number) ? number : null,
            binding.Scope.Length > 0 ? bound.InScope(binding.Scope) : bound,
            [.. hyperparameters.RootElement.EnumerateObject().Select(ReadHyperparameter)])
        {
            ClassNames = root.TryGetProperty("classes", out JsonElement classes) && classes.ValueKind == JsonValueKind.Array
                ? [.. classes.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
                : [],
            Contract = ReadContract(collections, binding.Scope),
        };
    }

    private static DataContract? ReadContract(GraphCollections collections, string scope)
    {
        if (!ScopedJson.All(collections, DataKey).Any(text => text.Scope == scope))
        {
            return null;
        }

        using JsonDocument data = Parse(Text(collections, DataKey, scope), DataKey);
        try
        {
            return DataContractJson.Read(data.RootElement);
        }
        catch (FormatException error)
        {
            throw Damaged(DataKey, error);
        }
    }

    /// <summary>Parameters as they come back from a file, so that a new session and a restored one are alike.</summary>
    public static ModelParameters Normalise(IEnumerable<KeyValuePair<string, object>> structure)
    {
        string json = Json(writer =>
        {
            foreach ((string name, object value) in structure)
            {
                ModelParameters.Write(writer, name, value);
            }
        });
        using JsonDocument document = JsonDocument.Parse(json);
        return new ModelParameters(document.RootElement.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, ModelParameters.Read(property.Value))));
    }

    private static Hyperparameter ReadHyperparameter(JsonProperty property) =>
        new(property.Name, ReadValue(property.Value, "training"), ReadValue(property.Value, "evaluation"));

    private static double? ReadValue(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static void WriteValue(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void Put(GraphCollections collections, string key, string? json)
    {
        collections.Remove(key);
        if (json is not null)
        {
            collections.AddBytes(key, ByteString.CopyFromUtf8(json));
        }
    }

    private static string Text(GraphCollections collections, string key, string scope) =>
        ScopedJson.All(collections, key).FirstOrDefault(text => text.Scope == scope).Text ?? "{}";

    private static JsonDocument Parse(string json, string key)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document : throw Damaged(key, null);
        }
        catch (JsonException error)
        {
            throw Damaged(key, error);
        }
    }

    private static GraphException Damaged(string key, Exception? cause) =>
        new(StatusCode.DataLoss, $"The collection '{key}' of the graph is damaged. Restore with a binding that names the roles.", innerException: cause);

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }
}
