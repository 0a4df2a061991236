using System.Collections;

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
            if (get() is { } value && Bindable(value) is { } bound)
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
        ? dictionary.Cast<DictionaryEntry>().Select(entry => (entry.Key.ToString()!, (Func<object?>)(() => entry.Value)))
        : BindingFields.MembersOf(source.GetType()).Select(member => (member.Name, (Func<object?>)(() => member.Get(source))));

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
                object?[] items = [.. list.Cast<object?>().Select(item => item is null ? null : Bindable(item))];
                _around.Remove(plain);
                return items.Length > 0 && items.All(item => item is not null) ? (IReadOnlyList<object>)items! : null;
            default:
                return plain is IDictionary || HasFieldsOfAUsers(plain.GetType()) ? NotEmpty(Read(plain, [])) : null;
        }
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
