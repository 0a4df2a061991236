Describe 'Import-ModelDataset' {
    BeforeAll {
        # An idx file: magic number (type 8 = bytes, number of dimensions), big-endian sizes, bytes.
        function Set-IdxFile([string] $Path, [int[]] $Sizes, [byte[]] $Bytes) {
            $header = [byte[]](0, 0, 8, $Sizes.Count) + [byte[]]$Sizes.ForEach{ $size = [BitConverter]::GetBytes($_); [array]::Reverse($size); $size }
            [IO.File]::WriteAllBytes($Path, $header + $Bytes)
        }

        function Set-Mnist([string] $Folder, [int] $TrainLabels = 20, [byte] $Label = 3) {
            $null = New-Item -ItemType Directory $Folder -Force
            Set-IdxFile $Folder/train-images-idx3-ubyte 20, 28, 28 ([byte[]]::new(20 * 784))
            Set-IdxFile $Folder/train-labels-idx1-ubyte $TrainLabels ([byte[]](, $Label * $TrainLabels))
            Set-IdxFile $Folder/t10k-images-idx3-ubyte 4, 28, 28 ([byte[]]::new(4 * 784))
            Set-IdxFile $Folder/t10k-labels-idx1-ubyte 4 ([byte[]](1, 2, 3, 4))
        }
    }

    It 'gives the sample that comes with the module' {
        $data = Import-ModelDataset
        $data | Should -BeOfType ModelSessions.Data.ModelDataset
        $data.Train.Count, $data.Validation.Count, $data.Test.Count | Should -Be 9000, 1000, 2000
        $data.Train.ClassCount | Should -Be 10
    }

    It 'passes a dataset through the pipeline whole' {
        @(Import-ModelDataset Mnist).Count | Should -Be 1
        @((Import-ModelDataset Mnist).Test | ForEach-Object { $_ }).Count | Should -Be 1
    }

    It 'reads a folder of idx files, by a path relative to the location' {
        Set-Mnist (Join-Path $TestDrive full)
        Push-Location $TestDrive
        try {
            $data = Import-ModelDataset Mnist -Path ./full
        }
        finally {
            Pop-Location
        }

        $data.Train.Count + $data.Validation.Count | Should -Be 20
        $data.Test.Count | Should -Be 4
    }

    It 'reads a folder on a drive of PowerShell''s own' {
        Set-Mnist (Join-Path $TestDrive driven)
        (Import-ModelDataset Mnist -Path TestDrive:/driven).Test.Count | Should -Be 4
    }

    It 'fails where there is no folder' {
        $failure = { Import-ModelDataset Mnist -Path ./nowhere -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetNotFound,*'
        $failure.CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $failure.CategoryInfo.TargetName | Should -Be './nowhere'
    }

    It 'lists the files that a folder lacks' {
        $null = New-Item -ItemType Directory (Join-Path $TestDrive empty)
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/empty -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetNotFound,*'
        $failure.Exception.Message | Should -BeLike '*train-images-idx3-ubyte*t10k-labels-idx1-ubyte*'
    }

    It 'refuses a file that was cut' {
        Set-Mnist (Join-Path $TestDrive cut)
        $path = Join-Path $TestDrive cut train-images-idx3-ubyte
        [IO.File]::WriteAllBytes($path, [IO.File]::ReadAllBytes($path)[0..999])
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/cut -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetDamaged,*'
    }

    It 'refuses labels that are not as many as the images' {
        Set-Mnist (Join-Path $TestDrive fewer) -TrainLabels 19
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/fewer -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
        $failure.Exception.Message | Should -BeLike '*19*20*'
    }

    It 'refuses a label above 9' {
        Set-Mnist (Join-Path $TestDrive label) -Label 10
        $failure = { Import-ModelDataset Mnist -Path TestDrive:/label -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetInvalid,*'
    }

    It 'refuses a name that it does not know' {
        { Import-ModelDataset Cifar } | Should -Throw -ErrorId 'ParameterArgumentValidationError,ModelSessions.PowerShell.ImportModelDatasetCommand'
    }

    It 'shows a dataset on one line' {
        $lines = (Import-ModelDataset Mnist | Out-String -Width 120).Trim() -split '\r?\n'
        $lines | Should -HaveCount 3
        $lines[2] | Should -Match 'Mnist sample +9,000 +1,000 +2,000 \[28, 28\] +10'
    }

    It 'says what each mirror answered, where none can be reached' {
        $previous = $env:XDG_CACHE_HOME
        $env:XDG_CACHE_HOME = (Get-Item $TestDrive).FullName
        try {
            # The discard port of this machine: nobody listens.
            $failure = { Import-ModelDataset Mnist -Download -Mirror http://127.0.0.1:9/mnist -ErrorAction Stop } | Should -Throw -PassThru
        }
        finally {
            $env:XDG_CACHE_HOME = $previous
        }

        $failure.FullyQualifiedErrorId | Should -BeLike 'DatasetUnavailable,*'
        $failure.CategoryInfo.Category | Should -Be 'ConnectionError'
        $failure.Exception.Message | Should -BeLike '*http://127.0.0.1:9/mnist/train-images-idx3-ubyte.gz*-Path*'
    }

    It 'refuses a sum of a file that is none of the set''s' {
        $failure = { Import-ModelDataset Mnist -Download -Checksum @{ 'train-images' = 'f68b3c2dcbeaaa9fbdd348bbdeb94873' } -ErrorAction Stop } | Should -Throw -PassThru
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.Exception.Message | Should -BeLike '*train-images-idx3-ubyte.gz*'
    }
}
