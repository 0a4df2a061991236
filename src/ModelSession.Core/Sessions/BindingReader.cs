using System.Collections;
using System.Reflection;

namespace ModelSessions;

/// <summary>Objects as bindings: public fields and properties that hold what a binding can name, and entries of dictionaries.</summary>
/// <param name="unwrap">Takes off what a host wraps values in; an object without a class of its own becomes a dictionary.</param>
internal sealed class BindingReader(Func<object, object> unwrap)
{
    private const int DeepestNesting = 64;

    // The objects between the first and the one at hand.
    private readonly HashSet<object> _around = new(ReferenceEqualityComparer.Instance);

    /// <summary>The binding of an object's members.</summary>
    /// <param name="source">The object or dictionary.</param>
    /// <param name="fields">The members to take; all that can be bound if none is given.</param>
    /// <exception cref="GraphException">A member that is asked for is not there or holds nothing that can be bound; the object is nested
    /// too deep.</exception>
    public Binding Read(object source, IReadOnlyList<string> fields)
    {
        object plain = unwrap(source);
        string kind = plain is IDictionary ? "The dictionary" : plain.GetType().Name;
        List<(string Name, Func<object?> Value)> members = [.. MembersOf(plain)];
        if (fields.FirstOrDefault(field => members.All(member => member.Name != field)) is { } unknown)
        {
            throw new GraphException(StatusCode.NotFound, $"{kind} has no field '{unknown}'.{NearestNames.Hint(unknown, members.Select(member => member.Name))}");
        }

        Enter(plain);
        Binding binding = new();
        foreach ((string name, Func<object?> get) in members.Where(member => fields.Count == 0 || fields.Contains(member.Name)))
        {
            if (Value(get, kind, fields.Count > 0 ? name : null) is { } value && Bindable(value) is { } bound)
            {
                binding.SetPlain(name, bound);
            }
            else if (fields.Count > 0)
            {
                throw new GraphException(StatusCode.InvalidArgument, $"{kind}'s '{name}' holds no tensor or operation that could be bound.");
            }
        }

        _around.Remove(plain);
        return binding;
    }

    private static IEnumerable<(string Name, Func<object?> Value)> MembersOf(object source) => source is IDictionary dictionary
        ? EntriesOf(dictionary)
        : source is IList ? []
        : BindingFields.MembersOf(source.GetType()).Select(member => (member.Name, (Func<object?>)(() => member.Get(source))));

    // A Dictionary of .NET, enumerated as it is, gives pairs of its own.
    private static IEnumerable<(string Name, Func<object?> Value)> EntriesOf(IDictionary dictionary)
    {
        foreach (DictionaryEntry entry in dictionary)
        {
            yield return (entry.Key.ToString() ?? "", () => entry.Value);
        }
    }

    // A property whose getter fails holds nothing that could be bound; who asks for it is told why.
    private static object? Value(Func<object?> get, string kind, string? asked)
    {
        try
        {
            return get();
        }
        catch (Exception error) when (error is TargetInvocationException or NotSupportedException)
        {
            return asked is null ? null : throw new GraphException(StatusCode.InvalidArgument, $"{kind}'s '{asked}' cannot be read: {(error.InnerException ?? error).Message}", innerException: error);
        }
    }

    private object? Bindable(object value)
    {
        object plain = unwrap(value);
        switch (plain)
        {
            case GraphTensor tensor:
                return tensor.Name;
            case GraphOperation operation:
                return operation.Name;
            case GraphVariable variable:
                return variable.Handle.Name;
            case Binding binding:
                return binding;
            case string:
                return null;
            case IEnumerable list and not IDictionary:
                Enter(plain);
                IReadOnlyList<object>? items = Items(list);
                _around.Remove(plain);
                return items;
            default:
                return plain is IDictionary || HasFieldsOfAUsers(plain.GetType()) ? NotEmpty(Read(plain, [])) : null;
        }
    }

    // Null at the first that cannot be bound: what is enumerated may have no end.
    private List<object>? Items(IEnumerable list)
    {
        List<object> items = [];
        foreach (object? item in list)
        {
            if (item is null || Bindable(item) is not { } bound)
            {
                return null;
            }

            items.Add(bound);
        }

        return items.Count > 0 ? items : null;
    }

    // What the platform and this library define holds no tensors of a user's, but much that leads far away.
    private static bool HasFieldsOfAUsers(Type type) => type.IsClass && type.Assembly != typeof(BindingReader).Assembly
        && !$"{type.Namespace}.".StartsWith("System.", StringComparison.Ordinal);

    private static Binding? NotEmpty(Binding binding) => binding.Keys.Count > 0 ? binding : null;

    private void Enter(object value)
    {
        if (!_around.Add(value) || _around.Count > DeepestNesting)
        {
            throw new GraphException(
                StatusCode.InvalidArgument,
                $"The object to be bound is nested deeper than {DeepestNesting} levels, or refers to itself. List the fields to be bound.");
        }
    }
}
