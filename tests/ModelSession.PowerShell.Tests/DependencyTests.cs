using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace ModelSessions.Tests;

/// <summary>The packages' assemblies in the staged module.</summary>
public sealed class DependencyTests
{
    // Other modules in the same process that ask for the very same version are given ours.
    [Fact]
    public void They_are_whole() => Assert.All(
        StagedPackage.All(),
        package => Assert.Equal(File.ReadAllBytes(Path.Combine(StagedModule.Folder, "..", "..", package.Name + ".dll")), package.Assembly));

    [Fact]
    public void They_have_the_versions_that_our_assemblies_ask_for()
    {
        Dictionary<string, Version> staged = StagedPackage.All().ToDictionary(package => package.Name, package => package.Version);
        Dictionary<string, Version> core = References("ModelSession.Core.dll");

        // By Core's references the load context knows them.
        Assert.Equal(staged.OrderBy(pair => pair.Key), core.Where(pair => staged.ContainsKey(pair.Key)).OrderBy(pair => pair.Key));
        Assert.All(
            References("ModelSession.Cpu.dll").Concat(References("ModelSession.PowerShell.dll")).Where(pair => staged.ContainsKey(pair.Key)),
            pair => Assert.Equal(staged[pair.Key], pair.Value));
    }

    // Who compiles against our types needs the files of theirs.
    [Theory]
    [InlineData("ModelSession.Core.dll")]
    [InlineData("ModelSession.Cpu.dll")]
    [InlineData("ModelSession.PowerShell.dll")]
    public void What_our_public_types_show_is_not_packed(string assembly)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(StagedModule.Folder, assembly)));
        HashSet<string> seen = PublicReferences.Of(file.GetMetadataReader());
        Assert.Contains("System.Runtime", seen);
        Assert.DoesNotContain(StagedPackage.All(), package => package.IsPacked && seen.Contains(package.Name));
    }

    [Fact]
    public void Their_notices_name_their_versions()
    {
        string notices = File.ReadAllText(Path.Combine(StagedModule.Folder, "THIRD-PARTY-NOTICES.txt"));
        string versions = File.ReadAllText(Path.Combine(StagedModule.Repository, "Directory.Packages.props"));
        Assert.All(StagedPackage.All(), package =>
        {
            string version = Regex.Match(versions, $"Include=\"{Regex.Escape(package.Name)}\" Version=\"([^\"]+)\"").Groups[1].Value;
            Assert.Matches($@"\n  {Regex.Escape(package.Name)} {Regex.Escape(version)} ", notices);
        });
    }

    private static Dictionary<string, Version> References(string assembly)
    {
        using PEReader file = new(File.OpenRead(Path.Combine(StagedModule.Folder, assembly)));
        MetadataReader metadata = file.GetMetadataReader();
        return metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).ToDictionary(reference => metadata.GetString(reference.Name), reference => reference.Version);
    }
}
