using ModelSessions.Tests.Files;

namespace ModelSessions.Tests.Sessions;

public sealed class FilePermissionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Folders_to_write_in_are_not_to_be_read_and_the_other_way_round()
    {
        string read = Path.Combine(_folder.Path, "read", "a.txt"), written = Path.Combine(_folder.Path, "written", "deep", "a.txt");
        FilePermissions permissions = new() { ReadFolders = [Path.GetDirectoryName(read)!], WriteFolders = [Path.Combine(_folder.Path, "written")] };
        Assert.Equal(read, permissions.CheckRead(read));
        Assert.Equal(written, permissions.CheckWrite(written));
        Assert.Equal((StatusCode.PermissionDenied, "WriteFolders."), Refused(() => permissions.CheckWrite(read)));
        Assert.Equal((StatusCode.PermissionDenied, "ReadFolders."), Refused(() => permissions.CheckRead(written)));
        Assert.Equal((StatusCode.PermissionDenied, "WriteFolders."), Refused(() => permissions.CheckWrite(Path.Combine(_folder.Path, "written", "..", "a.txt"))));
        Assert.Equal((StatusCode.PermissionDenied, "WriteFolders."), Refused(() => permissions.CheckWrite(Path.Combine(_folder.Path, "written-too", "a.txt"))));
        Assert.Equal(StatusCode.PermissionDenied, Refused(() => FilePermissions.None.CheckWrite(written)).Code);
    }

    private static (StatusCode Code, string Option) Refused(Func<string> check)
    {
        EngineException error = Assert.Throws<EngineException>(check);
        return (error.Code, error.Message[(error.Message.LastIndexOf('.', error.Message.Length - 2) + 1)..]);
    }
}
