using System.Xml.Linq;

namespace ModelSessions.Tests.Repository;

/// <summary>The arrows between the projects are those of docs/architecture.md.</summary>
public sealed class ProjectArrowTests
{
    /// <summary>Project, the projects that it may use, the packages that it may use.</summary>
    public static TheoryData<string, string[], string[]> Arrows => new()
    {
        { "ModelSession.Core", [], ["CsvHelper", "Google.Protobuf", "Grpc.Tools", "IronSnappy", "System.Numerics.Tensors"] },
        { "ModelSession.Cpu", ["ModelSession.Core"], ["System.Numerics.Tensors"] },
        { "ModelSession.PowerShell", ["ModelSession.Core", "ModelSession.Cpu"], ["PowerShellStandard.Library"] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void A_project_uses_only_what_its_room_may(string project, string[] projects, string[] packages)
    {
        XDocument document = XDocument.Load(Checkout.File("src", project, project + ".csproj"));
        Assert.Empty(Includes(document, "ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Replace('\\', '/'))).Except(projects));
        Assert.Empty(Includes(document, "PackageReference").Except(packages));
    }

    [Fact]
    public void Every_source_project_has_its_arrows_stated() => Assert.Empty(
        Directory.GetDirectories(Checkout.File("src")).Select(folder => Path.GetFileName(folder)!).Except(Arrows.Select(row => row.Data.Item1)));

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(item => (string?)item.Attribute("Include")).OfType<string>();
}
