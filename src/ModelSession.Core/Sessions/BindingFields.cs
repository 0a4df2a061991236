using System.Collections;
using System.Collections.Specialized;
using System.Reflection;

namespace ModelSessions;

/// <summary>Bindings put into objects: public fields and properties, lists and dictionaries in them.</summary>
internal static class BindingFields
{
    public static void Write(Binding binding, object target, Graph graph)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(graph);
        List<(object Target, Member Member, object? Value)> found = [];
        Find(binding, target, graph, found);
        foreach ((object owner, Member member, object? value) in found)
        {
            member.Set!(owner, value);
        }
    }

    // Objects that are in the fields stay, with what is not bound in them.
    private static void Find(Binding binding, object target, Graph graph, List<(object Target, Member Member, object? Value)> found)
    {
        IReadOnlyList<Member> members = MembersOf(target.GetType());
        foreach (string key in binding.Keys)
        {
            Member member = members.FirstOrDefault(m => m.Name == key && m.Set is not null) ?? throw new GraphException(
                StatusCode.NotFound,
                $"{target.GetType().Name} has no field '{key}' that can be set.{NearestNames.Hint(key, members.Select(m => m.Name))}");
            binding.TryGet(key, out object? value);
            if (value is Binding inner && HasFields(member.Type) && member.Get(target) is { } there)
            {
                Find(inner, there, graph, found);
            }
            else
            {
                found.Add((target, member, Resolve(value!, member.Type, graph, key)));
            }
        }
    }

    private static bool HasFields(Type type) =>
        type.IsClass && type != typeof(object) && type != typeof(Binding) && !typeof(IEnumerable).IsAssignableFrom(type);

    /// <summary>What a name means where the type does not tell: a tensor if it has an output's number, else an operation.</summary>
    public static object Find(Graph graph, string name) =>
        name.Contains(':', StringComparison.Ordinal) ? graph.Tensor(name) : graph.Operation(name);

    private static object? Resolve(object value, Type type, Graph graph, string key)
    {
        switch (value)
        {
            case string name when type == typeof(GraphOperation):
                return graph.Operation(name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name);
            case string name when type == typeof(string):
                return name;
            case { } any when type == typeof(object):
                return Binding.Copy(any, name => Find(graph, name));
            case string name when type == typeof(GraphVariable):
                return Variable(graph, name, key);
            case string name when type.IsAssignableFrom(typeof(GraphTensor)):
                return graph.Tensor(name);
            case IReadOnlyList<object> list when ElementType(type, typeof(IEnumerable<>)) is { } element:
                Array array = Array.CreateInstance(element, list.Count);
                for (int i = 0; i < list.Count; i++)
                {
                    array.SetValue(Resolve(list[i], element, graph, $"{key}.{i}"), i);
                }

                return type.IsAssignableFrom(array.GetType()) ? array : Activator.CreateInstance(type, array);
            case Binding binding when type == typeof(Binding):
                return binding;
            case Binding binding when type == typeof(Hashtable):
                return new Hashtable((IDictionary)Binding.Copy(binding, name => Find(graph, name)));
            case { } many when type.IsAssignableFrom(many is Binding ? typeof(OrderedDictionary) : typeof(object[])):
                return Binding.Copy(many, name => Find(graph, name));
            case Binding binding when DictionaryValueType(type) is { } element:
                IDictionary dictionary = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), element))!;
                foreach (string inner in binding.Keys)
                {
                    binding.TryGet(inner, out object? item);
                    dictionary[inner] = Resolve(item!, element, graph, $"{key}.{inner}");
                }

                return dictionary;
            case Binding binding when type is { IsClass: true, IsAbstract: false } && type.GetConstructor([]) is not null:
                object target = Activator.CreateInstance(type)!;
                Write(binding, target, graph);
                return target;
            default:
                throw new GraphException(StatusCode.InvalidArgument, $"The field '{key}' of type {type.Name} cannot hold the binding's {value}.");
        }
    }

    private static GraphVariable Variable(Graph graph, string name, string key) =>
        new[] { CollectionKeys.Variables, CollectionKeys.LocalVariables }.SelectMany(graph.Builder.Variables).FirstOrDefault(variable => variable.Handle.Name == name)
            ?? throw new GraphException(StatusCode.NotFound, $"The field '{key}' holds a variable; '{name}' is not among the variables that the graph's collections list.", name);

    private static Type? DictionaryValueType(Type type) =>
        type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string)
            && type.IsAssignableFrom(typeof(Dictionary<,>).MakeGenericType(key, value)) ? value : null;

    private static Type? ElementType(Type type, Type generic) => type.IsArray
        ? type.GetElementType()
        : new[] { type }.Concat(type.GetInterfaces()).FirstOrDefault(t => t.IsGenericType && t.GetGenericTypeDefinition() == generic)?.GetGenericArguments()[0];

    /// <summary>A class's public fields and properties that can be read.</summary>
    public static IReadOnlyList<Member> MembersOf(Type type) =>
    [
        .. type.GetFields(BindingFlags.Public | BindingFlags.Instance)
            .Select(field => new Member(field.Name, field.FieldType, field.GetValue, field.IsInitOnly ? null : field.SetValue)),
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0)
            .Select(property => new Member(
                property.Name, property.PropertyType, property.GetValue, property.SetMethod is { IsPublic: true } ? property.SetValue : null)),
    ];

    /// <summary>A field or property; <paramref name="Set"/> is null if it cannot be set.</summary>
    internal sealed record Member(string Name, Type Type, Func<object?, object?> Get, Action<object?, object?>? Set);
}
