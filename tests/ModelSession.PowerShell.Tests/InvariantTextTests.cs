using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ModelSessions.Tests;

/// <summary>What src/InvariantText.cs says, seen in what is shipped.</summary>
public sealed class InvariantTextTests
{
    [Theory]
    [InlineData("ModelSession.Core.dll")]
    [InlineData("ModelSession.Cpu.dll")]
    [InlineData("ModelSession.PowerShell.dll")]
    public void Interpolated_strings_know_no_culture(string assembly)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(StagedModule.Folder, assembly)));
        MetadataReader reader = file.GetMetadataReader();
        Assert.DoesNotContain(
            "DefaultInterpolatedStringHandler", reader.TypeReferences.Select(type => reader.GetString(reader.GetTypeReference(type).Name)));
    }

    [Theory]
    [InlineData("ModelSession.Core.dll")]
    [InlineData("ModelSession.Cpu.dll")]
    [InlineData("ModelSession.PowerShell.dll")]
    public void Numbers_become_texts_by_the_invariant_culture(string assembly)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(StagedModule.Folder, assembly)));
        MetadataReader reader = file.GetMetadataReader();
        string[] numbers = ["Double", "Half", "Int32", "Int64", "Single"];
        foreach (MemberReference member in reader.MemberReferences.Select(reader.GetMemberReference).Where(member => reader.GetString(member.Name) == "ToString"))
        {
            if (member.Parent.Kind == HandleKind.TypeReference
                && reader.GetString(reader.GetTypeReference((TypeReferenceHandle)member.Parent).Name) is { } type && numbers.Contains(type))
            {
                // The signature's header, the number of parameters, what is returned, and the last parameter: a class, where it is the culture.
                byte[] signature = reader.GetBlobBytes(member.Signature);
                Assert.True(signature[1] > 0 && signature.Contains((byte)SignatureTypeKind.Class), $"{type}.ToString() without a culture");
            }
        }
    }
}
