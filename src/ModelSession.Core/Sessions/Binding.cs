using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using ModelSessions.Files;

namespace ModelSessions;

/// <summary>Says which tensor of a graph has which role: a dictionary {role or field: tensor name}, with nested lists and dictionaries.</summary>
/// <remarks>Values are names (<c>train/loss:0</c>; an operation has no <c>:0</c>), lists, or bindings. A dot in a key goes one level down:
/// <c>metrics.accuracy</c>. See <see cref="Roles"/> for the keys that sessions understand.</remarks>
public sealed partial class Binding : IEquatable<Binding>
{
    private const int DeepestNesting = 64;

    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>A binding of nothing.</summary>
    public Binding()
    {
    }

    /// <summary>A binding of a dictionary's keys; its values are tensors, operations, names, lists, dictionaries.</summary>
    public Binding(IDictionary values)
        : this(values, 0)
    {
    }

    private Binding(IDictionary values, int depth)
    {
        ArgumentNullException.ThrowIfNull(values);
        foreach (DictionaryEntry entry in values)
        {
            Set(entry.Key.ToString() ?? "", entry.Value, depth);
        }
    }

    /// <summary>The keys at this level, in the order in which they were added.</summary>
    public IReadOnlyCollection<string> Keys => _values.Keys;

    /// <summary>All tensor and operation names by their path (<c>metrics.accuracy</c>, <c>layers.0</c>).</summary>
    public IReadOnlyDictionary<string, string> Names
    {
        get
        {
            Dictionary<string, string> names = new(StringComparer.Ordinal);
            Flatten("", this, names);
            return names;
        }
    }

    /// <summary>A value: a name, a list or a binding; null if there is none. May be set to a tensor, operation, name, list, dictionary or
    /// binding; null removes it.</summary>
    /// <exception cref="GraphException">What is set is none of these.</exception>
    public object? this[string key]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(key);
            if (_values.TryGetValue(key, out object? value))
            {
                return value;
            }

            int dot = key.IndexOf('.', StringComparison.Ordinal);
            return dot > 0 && _values.TryGetValue(key[..dot], out object? inner) && inner is Binding nested ? nested[key[(dot + 1)..]] : null;
        }
        set => Set(key, value, 0);
    }

    /// <summary>A name, or null.</summary>
    public string? Name(string key) => this[key] as string;

    /// <summary>A name.</summary>
    /// <exception cref="GraphException">There is none; the message says what the binding has.</exception>
    public string Required(string key) => Name(key) ?? throw new GraphException(
        StatusCode.NotFound,
        $"The session's binding has no '{key}'. It has {(Names.Count == 0 ? "nothing" : string.Join(", ", Names.Keys.Select(k => $"'{k}'")))}. Give one by a binding when the session is created or restored.");

    /// <summary>The names below a key; a single name stands under the key itself.</summary>
    public IReadOnlyDictionary<string, string> NamesOf(string key) => this[key] switch
    {
        Binding nested => nested.Names,
        string name => new Dictionary<string, string>(StringComparer.Ordinal) { [key] = name },
        IReadOnlyList<object> list => list.Select((value, i) => (value, i)).Where(pair => pair.value is string)
            .ToDictionary(pair => pair.i.ToString(System.Globalization.CultureInfo.InvariantCulture), pair => (string)pair.value),
        _ => new Dictionary<string, string>(),
    };

    /// <summary>A copy whose names have a scope before them: <c>m1</c> makes <c>m1/train/loss:0</c>.</summary>
    public Binding InScope(string scope)
    {
        Binding copy = new();
        foreach ((string key, object value) in _values)
        {
            copy._values[key] = Map(value, name => $"{scope}/{name}");
        }

        return copy;
    }

    /// <summary>The binding of an object's public fields and properties that hold tensors, operations, lists, dictionaries or such objects.</summary>
    /// <param name="source">The object.</param>
    /// <param name="fields">The members to take; all if none is given.</param>
    /// <exception cref="GraphException">A member that is asked for is not there or holds nothing that can be bound.</exception>
    public static Binding FromFields(object source, params IReadOnlyList<string> fields) => FromFields(source, fields, value => value);

    /// <summary>The binding of an object's members, of values that a host wraps.</summary>
    /// <param name="source">The object, or a dictionary, whose entries are its members.</param>
    /// <param name="fields">The members to take; all that can be bound if none is given.</param>
    /// <param name="unwrap">Takes the host's wrapping off a value; an object without a class of its own becomes a dictionary.</param>
    /// <exception cref="GraphException">A member that is asked for is not there or holds nothing that can be bound.</exception>
    public static Binding FromFields(object source, IReadOnlyList<string> fields, Func<object, object> unwrap)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(unwrap);
        return new BindingReader(unwrap).Read(source, fields);
    }

    /// <summary>The binding as JSON.</summary>
    public string ToJson() => BindingJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="GraphException">It is not the JSON of a binding.</exception>
    public static Binding FromJson(string json) => BindingJson.Read(json);

    /// <summary>Reads a binding's JSON from a file.</summary>
    /// <exception cref="ModelFileException">It is not there or not the JSON of a binding.</exception>
    public static Binding ReadFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileInfo(path).Length <= LongestFile
                ? FromJson(File.ReadAllText(Openable.Of(path)))
                : throw new ModelFileException(StatusCode.DataLoss, path, "the file is far too long for the JSON of a binding; it is something else.");
        }
        catch (GraphException error)
        {
            throw new ModelFileException(StatusCode.DataLoss, path, error.Message, innerException: error);
        }
        catch (Exception error) when (FileAccessErrors.Is(error))
        {
            throw FileAccessErrors.Of(path, error);
        }
    }

    /// <summary>Writes the JSON to a file, over an older one; whatever happens, the one or the other is there whole.</summary>
    /// <exception cref="ModelFileException">It cannot be written.</exception>
    public void WriteFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        SaveTransaction.WriteOne(path, stream => stream.Write(Encoding.UTF8.GetBytes(BindingJson.Write(this, indented: true) + "\n")));
    }

    /// <inheritdoc/>
    public bool Equals(Binding? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Binding);

    /// <inheritdoc/>
    public override int GetHashCode() => Keys.Count;

    /// <inheritdoc/>
    public override string ToString() => ToJson();

    internal bool TryGet(string key, [NotNullWhen(true)] out object? value) => _values.TryGetValue(key, out value);

    /// <summary>Sets a key as it stands, dots and all, to a value that is one of a binding's already.</summary>
    internal void SetPlain(string key, object value) => _values[key] = value;

    internal static object Normalise(string key, object value) => Normalise(key, value, 0);

    private static object Normalise(string key, object value, int depth) => value switch
    {
        string name => name,
        GraphTensor tensor => tensor.Name,
        GraphVariable variable => variable.Handle.Name,
        GraphOperation operation => operation.Name,
        Binding binding => binding,
        StreamingMetric metric => metric.ToBinding(),
        IEnumerable when depth == DeepestNesting => throw new GraphException(
            StatusCode.InvalidArgument, $"The binding's '{key}' is nested deeper than {DeepestNesting} levels, or holds itself."),
        IDictionary dictionary => new Binding(dictionary, depth + 1),
        IEnumerable list => (IReadOnlyList<object>)[.. list.Cast<object?>().Select(item => Normalise(key, item!, depth + 1))],
        _ => throw new GraphException(
            StatusCode.InvalidArgument,
            $"The binding's '{key}' cannot hold a {value?.GetType().Name ?? "null"}; it takes a tensor, a variable, an operation, a name, or lists and dictionaries of these."),
    };

    private void Set(string key, object? value, int depth)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length == 0 || depth > DeepestNesting)
        {
            throw new GraphException(StatusCode.InvalidArgument, key.Length == 0
                ? "A binding's key is empty; keys are roles or fields, such as 'inputs'."
                : $"A binding's keys are nested deeper than {DeepestNesting} levels.");
        }

        int dot = key.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            if (!_values.TryGetValue(key[..dot], out object? inner) || inner is not Binding nested)
            {
                _values[key[..dot]] = nested = new Binding();
            }

            nested.Set(key[(dot + 1)..], value, depth + 1);
        }
        else if (value is null)
        {
            _values.Remove(key);
        }
        else
        {
            _values[key] = Normalise(key, value, depth);
        }
    }

    private static object Map(object value, Func<string, string> rename) => value switch
    {
        string name => rename(name),
        Binding binding => binding._values.Aggregate(new Binding(), (copy, pair) =>
        {
            copy._values[pair.Key] = Map(pair.Value, rename);
            return copy;
        }),
        _ => (IReadOnlyList<object>)[.. ((IReadOnlyList<object>)value).Select(item => Map(item, rename))],
    };

    private static void Flatten(string path, object value, Dictionary<string, string> names)
    {
        switch (value)
        {
            case string name:
                names[path] = name;
                break;
            case Binding binding:
                foreach ((string key, object inner) in binding._values)
                {
                    Flatten(path.Length == 0 ? key : $"{path}.{key}", inner, names);
                }

                break;
            case IReadOnlyList<object> list:
                for (int i = 0; i < list.Count; i++)
                {
                    Flatten($"{path}.{i}", list[i], names);
                }

                break;
        }
    }
}
