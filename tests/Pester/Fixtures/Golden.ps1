# A file or folder that TensorFlow wrote: from the whole golden set beside the checkout, or the part of it that is committed.
# $null where there is none; skip then.
function Get-Golden([string] $Path) {
    if ($env:MODELSESSION_SHARED) {
        $found = Join-Path $env:MODELSESSION_SHARED golden/files $Path
        return (Test-Path $found) ? $found : $null
    }

    for ($folder = Get-Item (Join-Path $PSScriptRoot ../../..); $folder; $folder = $folder.Parent) {
        foreach ($name in 'shared', 'tests') {
            $found = Join-Path $folder.FullName $name golden/files $Path
            if (Test-Path $found) {
                return $found
            }
        }
    }
}

# The same, which skips the test at hand where there is none.
function Request-Golden([string] $Path) {
    $found = Get-Golden $Path
    if (-not $found) {
        Set-ItResult -Skipped -Because "shared/golden/files/$Path is not beside this checkout"
    }

    return $found
}
