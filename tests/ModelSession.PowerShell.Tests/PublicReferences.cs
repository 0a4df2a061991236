using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;

namespace ModelSessions.Tests;

/// <summary>The assemblies whose types an assembly's public types and members show.</summary>
internal sealed class PublicReferences : ISignatureTypeProvider<bool, object?>
{
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public static HashSet<string> Of(MetadataReader metadata)
    {
        PublicReferences found = new();
        foreach (TypeDefinition type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition).Where(type => IsVisible(metadata, type)))
        {
            found.Add(metadata, type.BaseType);
            foreach (InterfaceImplementation implementation in type.GetInterfaceImplementations().Select(metadata.GetInterfaceImplementation))
            {
                found.Add(metadata, implementation.Interface);
            }

            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition).Where(method => IsVisible((int)(method.Attributes & MethodAttributes.MemberAccessMask))))
            {
                method.DecodeSignature(found, null);
            }

            foreach (FieldDefinition field in type.GetFields().Select(metadata.GetFieldDefinition).Where(field => IsVisible((int)(field.Attributes & FieldAttributes.FieldAccessMask))))
            {
                field.DecodeSignature(found, null);
            }
        }

        return found._names;
    }

    public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        EntityHandle scope = reader.GetTypeReference(handle).ResolutionScope;
        if (scope.Kind == HandleKind.AssemblyReference)
        {
            _names.Add(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name));
        }

        return scope.Kind == HandleKind.TypeReference && GetTypeFromReference(reader, (TypeReferenceHandle)scope, rawTypeKind);
    }

    public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public bool GetArrayType(bool elementType, ArrayShape shape) => false;

    public bool GetByReferenceType(bool elementType) => false;

    public bool GetFunctionPointerType(MethodSignature<bool> signature) => false;

    public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => false;

    public bool GetGenericMethodParameter(object? genericContext, int index) => false;

    public bool GetGenericTypeParameter(object? genericContext, int index) => false;

    public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => false;

    public bool GetPinnedType(bool elementType) => false;

    public bool GetPointerType(bool elementType) => false;

    public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => false;

    public bool GetSZArrayType(bool elementType) => false;

    public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => false;

    private static bool IsVisible(MetadataReader metadata, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem => IsVisible(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Family, FamORAssem and Public have the same numbers for methods and fields (ECMA-335 II.23.1.5 and II.23.1.10).
    private static bool IsVisible(int access) => access is (int)MethodAttributes.Family or (int)MethodAttributes.FamORAssem or (int)MethodAttributes.Public;

    private void Add(MetadataReader metadata, EntityHandle type)
    {
        if (type.Kind == HandleKind.TypeReference)
        {
            GetTypeFromReference(metadata, (TypeReferenceHandle)type, 0);
        }
        else if (type.Kind == HandleKind.TypeSpecification)
        {
            GetTypeFromSpecification(metadata, null, (TypeSpecificationHandle)type, 0);
        }
    }
}
