# Pictures as files.

function Add-Chunk([IO.Stream] $Stream, [string] $Kind, [byte[]] $Content) {
    [byte[]] $body = [Text.Encoding]::ASCII.GetBytes($Kind) + $Content
    [uint32] $crc = [uint32]::MaxValue
    foreach ($byte in $body) {
        $crc = $crc -bxor $byte
        foreach ($bit in 1..8) {
            $crc = $crc -band 1 ? ($crc -shr 1) -bxor 0xEDB88320u : $crc -shr 1
        }
    }

    $crc = $crc -bxor [uint32]::MaxValue
    [byte[]] $all = (Get-BigEndian $Content.Length) + $body + (Get-BigEndian $crc)
    $Stream.Write($all, 0, $all.Length)
}

function Get-BigEndian([uint32] $Number) {
    [byte[]](($Number -shr 24), (($Number -shr 16) -band 255), (($Number -shr 8) -band 255), ($Number -band 255))
}

# Writes grey pixels as a PNG file.
function Save-Png([byte[]] $Pixels, [int] $Width, [string] $Path) {
    $height = $Pixels.Length / $Width
    $packed = [IO.MemoryStream]::new()
    $zlib = [IO.Compression.ZLibStream]::new($packed, [IO.Compression.CompressionLevel]::Fastest, $true)
    foreach ($row in 0..($height - 1)) {
        $zlib.WriteByte(0)
        $zlib.Write($Pixels, $row * $Width, $Width)
    }

    $zlib.Dispose()
    $file = [IO.File]::Create($Path)
    try {
        $file.Write([byte[]](137, 80, 78, 71, 13, 10, 26, 10), 0, 8)
        Add-Chunk $file IHDR ((Get-BigEndian $Width) + (Get-BigEndian $height) + [byte[]](8, 0, 0, 0, 0))
        Add-Chunk $file IDAT $packed.ToArray()
        Add-Chunk $file IEND @()
    }
    finally {
        $file.Dispose()
    }
}

# The first digits of a dataset's test part, as arrays of bytes.
function Get-Digit($Data, [int] $Count) {
    $same = New-ModelSession {
        param($g)
        $x = $g.Placeholder('uint8', @(-1, 784), 'x')
        @{ inputs = $x; predictions = $g.Identity($x) }
    }
    $same | Invoke-ModelPrediction $Data -First $Count | ForEach-Object { , $_.Values }
    $same.Dispose()
}

# Two classes of pictures of 6 × 6 pixels.
function New-PictureFolder([string] $Folder) {
    foreach ($class in 'dark', 'light') {
        $null = New-Item (Join-Path $Folder $class) -ItemType Directory
        foreach ($i in 1..4) {
            $level = $class -eq 'dark' ? 10 * $i : 255 - 10 * $i
            Save-Png ([byte[]]@($level) * 36) 6 (Join-Path $Folder $class "$i.png")
        }
    }

    $Folder
}

# A field of a protobuf message that is bytes or a message.
function Get-Field([byte[]] $Content) {
    $length = $Content.Length
    $size = while ($length -ge 128) { $length -band 127 -bor 128; $length = $length -shr 7 }
    [byte[]](@(0x0A) + @($size) + @($length) + $Content)
}

# The pictures of a folder with a folder for each class as a TFRecord file, as TensorFlow writes them; perhaps each cut off.
function Write-PictureRecord([string] $Path, [string] $Folder, [int] $CutAt) {
    $writer = [ModelSessions.Files.TFRecordWriter]::Create($Path)
    try {
        $label = 0
        foreach ($class in Get-ChildItem $Folder -Directory | Sort-Object Name) {
            foreach ($file in Get-ChildItem $class -File | Sort-Object Name) {
                $picture = [IO.File]::ReadAllBytes($file.FullName)
                $picture = $CutAt ? $picture[0..($CutAt - 1)] : $picture
                $features = @{ 'image/encoded' = Get-Field (Get-Field $picture); 'image/class/label' = [byte[]](0x1A, 3, 0x0A, 1, $label) }
                [byte[]] $entries = foreach ($name in $features.Keys) {
                    $value = Get-Field $features[$name]
                    # The value is the second field of an entry of the map.
                    $value[0] = 0x12
                    Get-Field ([byte[]]((Get-Field ([Text.Encoding]::ASCII.GetBytes($name))) + $value))
                }
                $writer.Write([byte[]](Get-Field $entries))
            }

            $label++
        }
    }
    finally {
        $writer.Dispose()
    }
}
